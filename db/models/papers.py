"""(tables of papers and sync)"""

from __future__ import annotations
