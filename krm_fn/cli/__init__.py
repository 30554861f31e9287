"""The command line: arguments in, an Outcome out. Only a run with arguments imports it.

A command is a module in `commands`; `command_line` finds it there, and parsing and help follow from its Command alone.
What the commands on files have in common is in `file_command`; files are found, read and written by `files`.
"""
