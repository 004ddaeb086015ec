"""Show it: tables, JSON, plots, sentences."""
