"""Row of files that a person takes away from a drawing: the picture as it is, and its numbers."""
