"""How fast the function is beside what one would use in its place. Measured by `benchmarks/run`, never by a test."""
