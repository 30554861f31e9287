"""Locations of nginx: what a route is rendered to, and the maps and zones that it needs."""
