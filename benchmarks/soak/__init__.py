"""Years of simulated nights against the simulator's own truth: `python -m benchmarks.soak`."""
