"""Turns recordings of people into timelines of emotion, on your own machine."""

__version__ = "0.1.0"
