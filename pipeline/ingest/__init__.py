"""From the inbox to the tables of schema raw."""
