"""The kinds of referrers: each module finds the places where its kinds name ports, and writes nothing."""
