"""`python -m resonance_perf.system.databases ASKED RESULT`: statements run on a database, for `driver: sql`.

It runs as a program of its own, as every tool does. ASKED is the JSON of the driver's keys, RESULT what the reader
`sql` reads. What goes wrong is a sentence in RESULT.
"""
