"""An independent second opinion on every mart.

Pandas on what the files say, nothing of the pipeline.
"""
