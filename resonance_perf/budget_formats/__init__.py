"""Limits as other tools write them, one format per file: text -> limits and what could not be said, and back."""
