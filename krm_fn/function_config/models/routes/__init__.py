"""Routes: the models of what happens to requests for some paths."""
