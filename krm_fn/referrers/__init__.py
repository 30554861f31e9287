"""What refers to a Service's port: each kind finds its fields, one place writes them."""
