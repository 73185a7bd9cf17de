"""Fetch files from APIs and public sites for the inbox."""
