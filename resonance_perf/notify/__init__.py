"""Tell someone: one channel per file."""
