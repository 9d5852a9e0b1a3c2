"""Neural networks: what runs them, and where their weights are stored."""
