"""Measurements that people run by hand: they are not part of the nightly job."""
