"""Caddy: its configuration in JSON, which no text in it can leave."""
