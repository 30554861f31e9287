"""YAML as text: read where each part is, edit in place, write what is added."""
