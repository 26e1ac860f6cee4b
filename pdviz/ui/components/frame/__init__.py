"""What frames every page: what it shows in one line, a new start, and the view for a projector."""
