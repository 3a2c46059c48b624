"""Releases on pages: asking for one, the job that makes it, the list, what changed, the download."""
