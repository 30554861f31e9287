"""Splits for every engine: which requests go to which version, and how a client keeps its own."""
