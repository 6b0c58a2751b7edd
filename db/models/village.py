"""(tables of activities and hazards)"""

from __future__ import annotations
