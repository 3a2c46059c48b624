"""What is wrong with an installation, and what to do about it. Nothing here changes anything.

`examination.py` has the list of checks; each is a function that yields findings.
"""
