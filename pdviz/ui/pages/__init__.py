"""TODO ui/pages."""
