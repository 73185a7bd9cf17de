"""The desk: the office's pages on the intranet. It writes files into inbox/, decisions and plans.

Never into the warehouse.
"""
