"""(tables of rights and access)"""

from __future__ import annotations
