"""Passwords as the Secrets hold them: by bcrypt, at the lowest cost."""

WONDERLAND = b"$2y$04$gqAIVpNovXY4eB4P0dDcouJObz9dGmDmkpI4BG5QWSMwriv4WZ5Fu"
BUILDER = b"$2y$04$EYrphNo0QZRWvvYrXFbxGOwzogkdQdGnE.JdWAICLdDr5assOatYa"
