"""TODO ui/components/report."""
