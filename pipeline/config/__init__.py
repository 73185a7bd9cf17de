"""Validate the files of people: settings, plan, media, corrections."""
