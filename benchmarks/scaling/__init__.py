"""How the work grows with the input, one dimension at a time."""
