"""`make torture`: nights killed, starved, cut off and doubled; one module a family of faults."""
