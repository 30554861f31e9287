"""What is put into a workload and beside it, how it is recorded, and how it is taken out again."""
