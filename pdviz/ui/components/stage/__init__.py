"""The stage: a recorded training run as an animation."""
