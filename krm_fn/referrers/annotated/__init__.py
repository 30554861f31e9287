"""Annotations that name ports: those of the rows follow, or are reported; of others it is reported that they may."""
