"""What takes longer than a request, in processes of its own.

A package brings jobs by the entry point `standpoint.jobs`: NAME → a function that takes a `Context` and the
arguments, and returns what is to be known of the result, as JSON. The web process knows them by name. There
`Runner` claims what waits and starts `annotator.jobs.child`, which imports the package, runs the function
and tells the database how far it is. What the function began it takes back when `Context.report` raises.

A second service that holds the queue (redis) was the alternative: one more thing to run, and a job could be
asked for by a transaction that was then rolled back. A library (huey) keeps its queue in a database, too,
but unpickles what stands there.
"""
