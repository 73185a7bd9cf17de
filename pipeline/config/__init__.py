"""What people write (settings, plan, media, corrections), validated."""
