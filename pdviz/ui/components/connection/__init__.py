"""What a page says when edits do not arrive."""
