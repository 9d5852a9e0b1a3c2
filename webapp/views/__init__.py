"""The pages that a visitor opens, one a file."""
