"""What must hold between fields: one rule a module."""
