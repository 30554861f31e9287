"""Services: the Services of the targets in, a PortChange for each Service port that points to the proxy out."""
