"""The commands of `annotator`, a noun a file. `cli.py` finds them by entry points."""
