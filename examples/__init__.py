"""A small bureau's exports in the real formats, the demo, and the invented world they come from."""
