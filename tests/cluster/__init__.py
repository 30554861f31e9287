"""A real API server, and the controllers that roll workloads out, as judges of what the function writes."""
