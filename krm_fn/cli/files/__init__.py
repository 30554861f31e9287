"""Manifests in files: read from the paths of a command line as items; all changes are written, or none."""
