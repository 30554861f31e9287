"""Manifests in files: the files of a command line are the items in, all of the changes or none are written."""
