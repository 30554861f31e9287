"""What a functionConfig's guards do not hold, though it may look so: warnings, each with what to write."""
