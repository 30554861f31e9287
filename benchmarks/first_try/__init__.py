"""How many workloads get a proxy at first try: with the smallest functionConfig, which names the workload alone."""
