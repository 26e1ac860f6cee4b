"""Questions about a pattern answered with numbers; each a function to a frozen dataclass."""
