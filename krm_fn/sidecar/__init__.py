"""The sidecar: a workload and the settings in, what the Pod gets out; `inject_sidecar` alone writes it."""
