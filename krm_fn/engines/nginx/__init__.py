"""The nginx engine."""
