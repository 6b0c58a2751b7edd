"""(tables of plan desk)"""

from __future__ import annotations
