"""Patches, replacements and generators of kustomize, which run after this program: what they name of what moves."""
