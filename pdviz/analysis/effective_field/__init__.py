"""TODO analysis/effective_field."""
