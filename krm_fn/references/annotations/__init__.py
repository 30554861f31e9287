"""Annotations in which controllers find ports: one row of data for each, and how their values are read.

A new annotation is a Row, in the module of the controllers that it belongs to, and needs no code. What follows, and
what is reported, is decided elsewhere, for all rows alike. docs/annotations.md is written from the rows.
"""
