"""Snippets of nginx: their text read as nginx reads it, and which directives they may have."""
