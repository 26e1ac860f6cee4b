"""TODO ui/serving."""
