"""Our own drawings in the browser: a Python face, and the script and style beside it."""
