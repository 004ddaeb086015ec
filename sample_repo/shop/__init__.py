"""A small web shop: an HTTP API on SQLite, a nightly report, and the page in `web/`."""
