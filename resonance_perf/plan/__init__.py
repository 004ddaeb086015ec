"""Which benchmarks, which two revisions, in what order: values -> values."""
