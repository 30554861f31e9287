"""What a record may undo: only what a run of this function can itself have written. A record is a text of anybody's.

The places are found by what writes there: the fields of a Service's port, the finders of the kinds that refer to ports,
the Pod templates of the kinds of workloads. Nothing is changed here.
"""
