"""The errors of the project. Each has a message: one line that says what is wrong and what to do.

EmoClassifyError
├── UsageError       an option or argument that cannot be used as given     (exit status 2)
│   └── WorkshopError    the same, where a model is made: in English only
├── MediaError       a recording that cannot be read                        (that recording fails, exit status 1)
├── ModelError       a model that is missing, damaged or does not fit       (exit status 1)
└── ResultError      saved results that cannot be read or written           (exit status 1)
"""

from functools import partial
from typing import Any

from emoclassify.words.messages import AS_TOLD, Field, Message


class EmoClassifyError(Exception):
    """Anything the project refuses or fails to do, with a sentence that says why."""

    def __init__(self, code: str, /, **fields: Field) -> None:
        """Makes the message; `str(error)` is its sentence in English.

        Args:
            code: of the sentence in `words.messages`.
            fields: the values in the sentence.
        """
        self.message = Message(code, fields)
        super().__init__(self.message.text)

    def __reduce__(self) -> tuple[Any, ...]:
        # For pickle, which takes errors from one process to another: by default it would call the class with the text.
        return partial(type(self), **self.message.fields), (self.message.code,), self.__dict__


class UsageError(EmoClassifyError):
    """An option or argument that cannot be used as given."""


class WorkshopError(UsageError):
    """An error of the programs that make the models: its sentence has no code, and is in English only."""

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
