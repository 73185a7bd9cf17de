"""The shipped charts, one file each.

A home's charts/ folder holds files of the same form (docs/guide/add-a-chart.md).
"""
