"""TODO ui/components/pattern_fields."""
