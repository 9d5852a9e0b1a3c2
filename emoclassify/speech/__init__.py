"""Where someone speaks in a recording."""
