"""TODO ui/components/stage."""
