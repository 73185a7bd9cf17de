"""What a user would pick instead, in an environment of its own (`make rivals`).

Scripts that run there, and what prepares their work.
"""
