"""Copies: objects that stand several times among the items, as environments side by side, overlays and patches do."""
