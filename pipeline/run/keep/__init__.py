"""Keep what cannot be made again: backups, drills, checks of the archive."""
