"""The command line: a command is a module in `commands`; files are found, read and written by `files`."""
