"""`./run fuzz`: random updates of every kind against the real worker and handlers; nothing may break."""
