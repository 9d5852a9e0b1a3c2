"""Charts of a study, as PNG and SVG."""
