"""Who may send requests to a location, and how many: by credentials, addresses and limits."""
