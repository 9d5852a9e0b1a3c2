"""The errors of the project. Each message is one line that says what is wrong and what to do.

EmoClassifyError
├── UsageError       an option or argument that cannot be used as given     (exit status 2)
├── MediaError       a recording that cannot be read                        (that recording fails, exit status 1)
├── ModelError       a model that is missing, damaged or does not fit       (exit status 1)
└── ResultError      saved results that cannot be read or written           (exit status 1)
"""


class EmoClassifyError(Exception):
    """Anything the project refuses or fails to do, told in one line."""


class UsageError(EmoClassifyError):
    """An option or argument that cannot be used as given."""


class MediaError(EmoClassifyError):
    """A recording that cannot be read: no media, empty, a refused format, or a decoder that crashed."""


class ModelError(EmoClassifyError):
    """A model that is missing, damaged, or does not fit the seven emotions."""


class ResultError(EmoClassifyError):
    """Saved results that cannot be read or written."""
