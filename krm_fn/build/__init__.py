"""Builds the files that are generated from the models. Runs at build time only; nothing at run time imports it."""
