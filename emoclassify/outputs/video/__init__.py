"""The recording with what was found drawn into it."""
