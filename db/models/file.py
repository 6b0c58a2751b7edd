"""(tables of child file)"""

from __future__ import annotations
