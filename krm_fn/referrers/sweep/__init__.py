"""The sweep: whatever speaks of a port that moved, and that no table row changed, is reported; nothing is written."""
