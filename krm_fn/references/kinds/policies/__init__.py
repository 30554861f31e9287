"""Kinds of network policies: each module finds the lists of ports of Pods that its rules admit or deny."""
