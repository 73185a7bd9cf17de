"""The command line: one module a command family; the only room that prints."""
