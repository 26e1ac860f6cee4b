"""TODO analysis/training."""
