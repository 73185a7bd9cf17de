"""Who may do what: users, passwords, sessions, throttling, and the check in front of every address."""
