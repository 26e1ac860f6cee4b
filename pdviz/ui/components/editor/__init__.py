"""The editor: the pattern and the stack, edited by hand."""
