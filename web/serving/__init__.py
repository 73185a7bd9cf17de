"""Start the desk: which addresses it answers, its limits on connections, its headers."""
