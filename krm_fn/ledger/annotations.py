"""The annotations and labels that mark what this function added."""

from __future__ import annotations

OWN_DOMAIN = "krm-fn.dev/"
"""What is in all of our own keys: nobody else sets them."""
RECORD_PREFIX = "undo.krm-fn.dev/"
"""With the ProxySidecar's name: the ownership record on an object that we changed."""
CHECKSUM_PREFIX = "checksum.krm-fn.dev/"
"""With the ProxySidecar's name: on a Pod template, a digest of what the proxy reads at its start."""
OWNER = "krm-fn.dev/owner"
"""On a ConfigMap that we made: the ProxySidecar's name."""
CONTENT = "krm-fn.dev/content"
"""On a ConfigMap that we made: a digest of what it holds, by which an edit by hand is noticed."""
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "proxy-sidecar"
