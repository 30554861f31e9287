"""What references lead to in a cluster, resolved by the APIs' own definitions, without the function's code."""
