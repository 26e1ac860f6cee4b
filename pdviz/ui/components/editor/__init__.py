"""TODO ui/components/editor."""
