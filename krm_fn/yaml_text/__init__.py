"""YAML as text: read where things stand, edit in place, write what is added."""
