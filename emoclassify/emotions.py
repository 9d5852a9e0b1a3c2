"""The names of the seven emotions. Nothing is imported here: the API, which loads no numpy, reads them too."""

EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""The order of every score vector in this project."""

POSITIVE = ("happy", "surprise")
NEGATIVE = ("angry", "disgust", "fear", "sad")
"""The two groups as marketers use the words; `groups.Groups` has those that a user defines."""
