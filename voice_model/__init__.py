"""Workshop: makes and measures the speech model."""
