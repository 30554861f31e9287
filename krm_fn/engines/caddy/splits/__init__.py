"""Splits of Caddy: routes in which the first that matches decides, and the field of the log that says how."""
