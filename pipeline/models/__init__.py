"""SQL files to tables: order, build, checks, corrections, lineage."""
