"""Real servers for the tests: an nginx run as its Pod would, a real app, and clients."""
