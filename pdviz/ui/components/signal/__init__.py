"""TODO ui/components/signal."""
