"""The three markdown files: text -> values, text + edits -> text."""
