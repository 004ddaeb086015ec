"""SQLite: runs, comparisons, the durable queue and its outbox."""
