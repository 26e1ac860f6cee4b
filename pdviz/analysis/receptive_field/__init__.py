"""TODO analysis/receptive_field."""
