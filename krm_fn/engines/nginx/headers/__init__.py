"""Headers of requests and answers: what each is, and the maps for what depends on others."""
