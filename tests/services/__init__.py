"""Tests of what becomes of Services."""
