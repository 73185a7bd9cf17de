"""Charts: each takes rows of the marts and returns a figure."""
