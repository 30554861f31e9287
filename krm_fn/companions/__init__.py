"""Companions: one module for each container that stands beside the sidecar."""
