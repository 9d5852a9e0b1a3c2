"""Files for other programs: each in the form that its own reader takes (see `kinds.FORMATS`)."""
