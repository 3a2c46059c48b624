"""Statistics: pure functions of tables. No database, no Flask, nothing else of ours."""
