"""大屏: the county's figures on a page, live and read-only, for the county bureau and the leaders (bot/handlers/wall.py gives
the link). The same tables as in the chat; no names; nothing is asked of any other server."""
