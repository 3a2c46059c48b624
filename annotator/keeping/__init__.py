"""Keeping what was annotated: a backup, its restoring, the move to another database, the doctor's checks.

All of it goes through one plain form of a row (`form.py`), which is the same on both databases. So a backup
of SQLite is restored into PostgreSQL and the other way, a move is a backup without a file, and the proof
that nothing was lost is one comparison. The cost: a restored database is built anew, row by row, where a
copy of SQLite's file would be quicker. In return no damaged page is carried over, and tables that a later
migration brings are found by looking: nothing here names one.
"""
