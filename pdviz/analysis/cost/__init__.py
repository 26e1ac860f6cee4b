"""TODO analysis/cost."""
