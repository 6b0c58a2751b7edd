"""(tables of moves and sweeps)"""

from __future__ import annotations
