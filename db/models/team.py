"""(tables of team and learning)"""

from __future__ import annotations
