"""A report: the blocks below the editor that answer the state."""
