"""The formats of single fields: what each may hold, checked, described and shown in the schema."""
