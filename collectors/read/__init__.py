"""Read every kind of file as grids of text."""
