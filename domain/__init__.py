"""Decides: what is known, owed and allowed, as pure functions over values."""

import os

# pypinyin's phrase dictionary costs 40 MB and a third of the start, and misreads names as words (曾 in 曾经): single
# characters are enough. It looks at these when it is loaded, so they stand before anything of ours that loads it.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
