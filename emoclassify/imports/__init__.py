"""Readings of faces that other programs wrote, for studies."""
