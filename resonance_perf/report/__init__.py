"""Show it: tables, JSON, plots."""
