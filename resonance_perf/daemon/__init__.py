"""One process per clone that watches, measures and remembers."""
