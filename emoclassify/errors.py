"""The errors of the project. Each is told by a message: one line that says what is wrong and what to do.

EmoClassifyError
├── UsageError       an option or argument that cannot be used as given     (exit status 2)
│   └── WorkshopError    the same, where a model is made: told in English only
├── MediaError       a recording that cannot be read                        (that recording fails, exit status 1)
├── ModelError       a model that is missing, damaged or does not fit       (exit status 1)
└── ResultError      saved results that cannot be read or written           (exit status 1)
"""

from functools import partial
from typing import Any

from emoclassify.words.messages import AS_TOLD, Field, Message


class EmoClassifyError(Exception):
    """Anything the project refuses or fails to do, told in one line."""

    def __init__(self, code: str, /, **fields: Field) -> None:
        """Takes what `Message` takes; `str(error)` is the sentence in English.

        Args:
            code: which sentence of `words.messages`.
            fields: what stands in its places.
        """
        self.message = Message(code, fields)
        super().__init__(self.message.text)

    def __reduce__(self) -> tuple[Any, ...]:
        # By itself, an exception would be made again from its text: it crosses from one process to another.
        return partial(type(self), **self.message.fields), (self.message.code,), self.__dict__


class UsageError(EmoClassifyError):
    """An option or argument that cannot be used as given."""


class WorkshopError(UsageError):
    """What the programs that make the models refuse: their sentences are their own, and English only."""

    def __init__(self, sentence: str) -> None:
        super().__init__(AS_TOLD, text=sentence)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message.text,)


class MediaError(EmoClassifyError):
    """A recording that cannot be read: no media, empty, a refused format, or a decoder that crashed."""


class ModelError(EmoClassifyError):
    """A model that is missing, damaged, or does not fit the seven emotions."""


class ResultError(EmoClassifyError):
    """Saved results that cannot be read or written."""
