"""The pattern in plain fields beside every page."""
