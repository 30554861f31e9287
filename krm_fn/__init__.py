"""A KRM function that adds a proxy sidecar to any workload and updates everything that refers to it."""

__version__ = "0.1.0"
