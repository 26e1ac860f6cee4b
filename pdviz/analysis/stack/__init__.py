"""TODO analysis/stack."""
