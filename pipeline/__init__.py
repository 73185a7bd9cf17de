"""The engine: settings, landing, running SQL, checks, publishing. Knows no platform by name."""
