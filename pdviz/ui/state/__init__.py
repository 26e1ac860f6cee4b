"""TODO ui/state."""
