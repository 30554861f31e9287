"""What Caddy answers itself in place of the app: redirects, fixed answers, and methods that it refuses."""
