"""Neural networks: where they run, and where their weights lie."""
