"""Static files for every engine: what browsers may keep of them, and which paths have no fallback."""
