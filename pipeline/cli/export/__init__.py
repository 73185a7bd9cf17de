"""Commands that write tables for others: marts, a lake, the docs."""
