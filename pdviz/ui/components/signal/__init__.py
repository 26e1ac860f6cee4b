"""A section of a signal with the kernel that is dragged along it."""
