"""What policies let Pods send: `rules` reads those of each API, `unreachable` decides and reports."""
