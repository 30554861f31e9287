"""What still names a port that Services or Pods had only with the proxy: it is reported, and nothing is written."""
