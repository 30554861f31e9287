"""The functionConfig: its models, its plain values, and the way from the one to the other."""
