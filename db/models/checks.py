"""(tables of spot checks)"""

from __future__ import annotations
