"""Fields of a page for numbers that are typed: single ones, and one weight per tap."""
