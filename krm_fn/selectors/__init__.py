"""Selectors: the ways in which Kubernetes and its network plug-ins select objects by their labels."""
