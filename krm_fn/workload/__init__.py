"""Workloads: which kinds have a Pod template, which items are targets, which Services point to them."""
