"""TODO analysis/rivals."""
