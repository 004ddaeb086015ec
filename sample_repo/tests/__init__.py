"""The shop's own tests: `python -m unittest`."""
