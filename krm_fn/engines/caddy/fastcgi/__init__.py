"""Caddy in front of PHP-FPM."""
