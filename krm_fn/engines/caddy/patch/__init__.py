"""The user's patch: it is applied, and what comes out is compared with ours by a table of what may be otherwise.

`apply.py` is the way in.
"""
