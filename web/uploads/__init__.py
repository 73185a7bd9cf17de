"""Take files in: stream them to disk, check them in a child process, hand them to the inbox."""
