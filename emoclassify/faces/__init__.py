"""Frames to face timelines: detect, track, judge quality, read expressions."""
