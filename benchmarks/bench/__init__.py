"""`make bench`: how fast, as ratios against what one would use instead; into docs/benchmarks.md.

`python -m benchmarks.bench --help`.
"""
