"""Reports: present what the marts say, never compute a figure."""
