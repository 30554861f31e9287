"""Traffic: what manifests say of it: the app's port, what it speaks, who its clients are, what probes request of it."""
