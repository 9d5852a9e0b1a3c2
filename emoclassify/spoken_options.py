"""The options of what is said: a part of `settings.Options`, declared in the same way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emoclassify.declared import Names, Option, Role, declare, split_names
from emoclassify.errors import UsageError

_TRACK = "track"
_NAME, _PLACE = re.compile(r"\w[\w -]{0,29}"), re.compile(rf"left|right|{_TRACK}[1-9]\d?")

SIDE_FIELDS = ("file", "file2")
"""The places of roles whose recordings are files of their own: fields of a form. Joined, they are tracks 1 and 2."""


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
    roles: str = declare(
        "",
        Option(
            help="Who speaks on which side of a call: agent=left,customer=right for the channels of a stereo "
            "recording, or agent=track1,customer=track2 for its sound tracks. On the command line also two files: "
            "agent=FILE,customer=FILE; in the API agent=file,customer=file2, the fields with the two files.",
            role=Role.FINDINGS,
            metavar="ROLES",
            kind_in_words="roles with their channels",
        ),
    )
    score_roles: str = declare(
        "customer",
        Option(
            help="With roles: whose voice is read for emotions, names separated by commas, or none; the others are "
            "only written down. EU law forbids reading the emotions of people at work (AI Act, article 5(1)(f)).",
            role=Role.FINDINGS,
            metavar="NAMES",
            kind_in_words="names of roles, separated by commas",
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

        _ = self.role_places  # which refuses what names no roles

    @property
    def role_places(self) -> dict[str, str]:
        """Role -> left, right, or track with a number from 1; empty without roles.

        Raises:
            UsageError: `roles` does not fit.
        """
        pairs = [part.partition("=") for part in split_names(self.roles)]
        places = {name.strip(): place.strip().lower() for name, _, place in pairs}
        is_fit = all(map(_NAME.fullmatch, places)) and all(map(_PLACE.fullmatch, places.values()))
        if not is_fit or not len(pairs) == len(places) == len(set(places.values())):
            raise UsageError("roles_unfit", given=self.roles)
        return places

    @property
    def role_tracks(self) -> tuple[int, ...]:
        """The numbers of the sound tracks on which roles speak, from 1, in the order of `roles`; none of channels."""
        places = [place for place in self.role_places.values() if place.startswith(_TRACK)]
        return tuple(int(place.removeprefix(_TRACK)) for place in places)

    @property
    def scored_roles(self) -> Names:
        """The roles whose voice is read, in the order of `roles`."""
        names = split_names(self.score_roles)
        return tuple(name for name in self.role_places if name in names)

    @property
    def is_transcribed(self) -> bool:
        """Whether what is said is written down."""
        return self.transcribe or self.transcribe_focus

    @property
    def masked_words(self) -> Names:
        """The words that no file may hold, in small letters; a star stands for any ending."""
        return tuple(filter(None, split_names(self.mask.lower())))


def roles_on_tracks(tracks: Mapping[str, int]) -> str:
    """The option `roles` of roles that speak on sound tracks: role -> the number of its track, from 1."""
    return ",".join(f"{role}={_TRACK}{number}" for role, number in tracks.items())
