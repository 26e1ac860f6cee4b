"""TODO analysis/signal."""
