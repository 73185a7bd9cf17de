"""Exactly-once delivery of mail."""
