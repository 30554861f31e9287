"""Selectors: how Kubernetes and its network plug-ins select objects by their labels."""
