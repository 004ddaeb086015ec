"""Flame graphs of one side or of two: a page to explore, an SVG for markdown, a PNG for chat."""
