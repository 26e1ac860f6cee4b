"""TODO analysis/spectrum."""
