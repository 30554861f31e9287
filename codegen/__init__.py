"""Writes the files that are generated from the models, templates and messages. krm_fn never imports it."""
