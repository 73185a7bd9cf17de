"""Recognise a file's layout by its header labels and take its rows out."""
