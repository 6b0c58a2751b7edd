"""(tables of drives and announcements)"""

from __future__ import annotations
