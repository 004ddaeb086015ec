"""Text of a config -> (Config, problems with line and column)."""
