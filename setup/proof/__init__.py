"""What proves the suite beyond its tests: benchmarks, chaos rows, scenarios."""
