"""ConfigMaps: the desired ones in, the items reconciled with them out."""
