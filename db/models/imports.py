"""(tables of roster imports)"""

from __future__ import annotations
