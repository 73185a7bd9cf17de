"""Queries of people, answered in processes that can be killed: a query may hang or take all memory."""
