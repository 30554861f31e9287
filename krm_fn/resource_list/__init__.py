"""The wire format: a ResourceList's text cut into its parts, its items, and what is written back."""
