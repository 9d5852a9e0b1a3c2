"""Media files: what they hold, their pictures and their sound."""
