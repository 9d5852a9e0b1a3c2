"""Measures how long the program takes, alternatives side by side in one run; no test asserts these times."""
