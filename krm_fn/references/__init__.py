"""References: where objects name ports of Services and Pods. The kinds find and write nothing."""
