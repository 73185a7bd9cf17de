"""Errors, locks, logs and disk writes; imports the standard library only."""
