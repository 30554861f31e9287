"""Services: the Services of the targets in, a PortChange for each Service port that leads to the proxy out."""
