"""The functionConfig: its models, its plain values, and the functions from one to the other."""
