"""Collectors: read what an export says, recognise its layout, never interpret it."""
