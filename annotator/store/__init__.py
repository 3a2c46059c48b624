"""Verbs over the tables. They take a session, flush, and never commit: a request or a command does."""
