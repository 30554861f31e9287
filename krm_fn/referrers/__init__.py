"""What refers to a Service's or a Pod's port: `kinds` find references, `follow` alone writes them."""
