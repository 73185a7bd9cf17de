"""Access: users, passwords, sessions, throttling, and the check in front of every address."""
