"""Small apps of usual frameworks behind their usual servers: each view says its name, so that tests see who answered.

All have the views `admin`, `pub`, `pub-admin`, `login`, `api` and `api-admin`, each for a path and what lies below it,
and `any` for what is left. Each also serves the files of `site`, which hold the name of the view for their path.
"""
