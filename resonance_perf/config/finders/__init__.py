"""One file per tool whose benchmarks `init` recognises: paths and texts of a repository -> what was found."""
