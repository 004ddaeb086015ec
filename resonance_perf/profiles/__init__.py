"""Profiles as values: formats, normal form, difference, causes. Pure."""
