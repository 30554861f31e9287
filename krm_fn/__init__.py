"""A KRM function that puts a proxy sidecar in front of any workload and moves everything that refers to it."""

__version__ = "0.1.0"
