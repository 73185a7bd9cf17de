"""Names of files, and files within files."""
