"""A performance engineer that lives in your git repository."""

__version__ = "0.1.0"
