"""All ways side by side, at the step that the stage shows."""
