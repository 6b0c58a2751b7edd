"""A county played through many days on a clock in hand, and an independent oracle that keeps its own books.

facts (what is so in the invented county) · oracle (what is owed, written separately and simply) · county (facts into
the real database) · line (the Bot API, in process) · happenings (what people do) · books (the verdict) · play (the days).
"""
