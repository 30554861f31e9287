"""What the API server or a node would refuse in the Pod, or change: each module is one reason, with `problems(added)`.

`sidecar/warnings.py` imports each only where the workload or the items show that it may apply.
"""
