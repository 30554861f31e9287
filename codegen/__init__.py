"""Writes the files that are generated from the models, templates and messages. Nothing of krm_fn imports it."""
