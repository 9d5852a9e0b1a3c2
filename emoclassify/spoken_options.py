"""The options of what is said: a part of `settings.Options`, declared in the same way."""

import re
from dataclasses import dataclass

from emoclassify.declared import Names, Option, Role, declare, split_names
from emoclassify.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class SpokenOptions:
    """Whether words are written down, by which model, and which of them no file may hold."""

    transcribe: bool = declare(
        False,
        Option(
            help="Write down what is said, word by word with its time: words.csv, phrases.csv.",
            role=Role.FINDINGS,
            on_page=12,
            label="Write down what is said",
            hint="A transcript to read along and to search. May take as long as the recording.",
        ),
    )
    transcribe_focus: bool = declare(
        False,
        Option(
            help="The same, and tell of each phrase the emotion of the voice and of the face.",
            role=Role.FINDINGS,
            on_page=14,
            label="The emotion of each phrase",
            hint="How the voice sounds and what the face shows, phrase by phrase. Two models stand behind each phrase: "
            "their errors add up.",
        ),
    )
    speech_language: str = declare(
        "",
        Option(
            help="The language that is spoken, as two letters (en, ru), for a model of many languages; left out: it is "
            "found.",
            role=Role.FINDINGS,
            metavar="CODE",
            kind_in_words="two letters",
        ),
    )
    keep_words: bool = declare(
        False,
        Option(help="With anonymize: leave the words of the transcript in.", role=Role.OUTPUTS),
    )
    mask: str = declare(
        "",
        Option(
            help="Words that no file may hold, separated by commas, in any case; a star stands for any ending "
            "(smith*).",
            role=Role.OUTPUTS,
            metavar="WORDS",
            kind_in_words="words separated by commas",
        ),
    )
    transcribe_model: str = declare(
        "",
        Option(
            help="What writes down speech: a name that `models fetch` fetched, or a folder; left out: the first that "
            "was fetched.",
            role=Role.NETWORKS,
            metavar="DIR_OR_NAME",
            posted=False,
        ),
    )

    def __post_init__(self) -> None:
        if self.speech_language and not re.fullmatch("[a-z]{2,3}", self.speech_language):
            raise UsageError("speech_language_unknown", given=self.speech_language)

    @property
    def is_transcribed(self) -> bool:
        """Whether what is said is written down."""
        return self.transcribe or self.transcribe_focus

    @property
    def masked_words(self) -> Names:
        """The words that no file may hold, in small letters; a star stands for any ending."""
        return tuple(filter(None, split_names(self.mask.lower())))
