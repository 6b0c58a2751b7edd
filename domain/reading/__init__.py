"""What a worker's message means: its day, its children, the kind of contact, what was found (design.md section 4)."""
