"""Options and settings, each declared once on the field of a dataclass: what it means, its range, who may set it.

The command line, the form of the API, the web page, the environment variables, the checks and the tables of the guide
are all made from these declarations, and `Setting.read` reads every text that sets one.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from math import isnan
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args

from emoclassify.errors import UsageError

ENVIRONMENT_PREFIX = "EMOCLASSIFY_"

FLAGS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
"""The texts for yes and no, in any case."""

MOST_DIGITS = 9
"""The most characters of a whole number."""

Names = tuple[str, ...]
"""Several texts, written as a list separated by commas."""

_METADATA = "declared"

T = TypeVar("T")
S = TypeVar("S", bound="Setting")


@dataclass(frozen=True, kw_only=True)
class Range:
    """A range of allowed numbers."""

    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    words: str = ""
    """The range in words; made from the numbers where left out."""

    def holds(self, value: float) -> bool:
        """True where the value lies inside; NaN never does."""
        above = self.above is None or value > self.above
        at_least = self.at_least is None or value >= self.at_least
        at_most = self.at_most is None or value <= self.at_most
        return above and at_least and at_most and not isnan(value)

    def __str__(self) -> str:
        if self.words:
            return self.words
        if self.at_least is not None:
            return f"at least {self.at_least:g}" if self.at_most is None else f"{self.at_least:g} to {self.at_most:g}"
        return f"above {self.above:g}" + ("" if self.at_most is None else f", at most {self.at_most:g}")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The declaration of a setting."""

    help: str
    """One sentence in English."""
    range: Range | None = None
    choices: tuple[str, ...] = ()
    """The allowed values; none: any."""
    several: bool = False
    """Whether a value is a list of `choices` separated by commas; a text may then also say true, for the first one."""
    kind_in_words: str = "a short text"
    """What a value without choices is."""
    secret: bool = False
    """Whether messages must not repeat its value."""

    name: str = ""
    """Of its field; `declarations` fills in this and the next two."""
    kind: Any = str
    """bool, int, float, str, Path or Names."""
    default: Any = None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return ENVIRONMENT_PREFIX + self.name.upper()

    @property
    def text_rule(self) -> str | Names:
        """What its text must be, in words; or the choices."""
        if self.several:
            return f"true, false or a list of {', '.join(self.choices)}"
        if self.choices:
            return self.choices
        return {bool: "true or false", int: "a whole number", float: "a number"}.get(self.kind, self.kind_in_words)

    def read(self, text: str) -> Any:
        """The value of a text; `check` then refuses one that is none of the choices or out of the range.

        Raises:
            ValueError: the text is not of this kind.
        """
        return self._read_several(text) if self.several else _READERS[self.kind](text)

    def _read_several(self, text: str) -> str:
        if text.lower() in FLAGS:
            return self.choices[0] if FLAGS[text.lower()] else ""
        choices = [part.strip().lower() for part in text.split(",") if part.strip()]
        if not choices or not set(choices) <= set(self.choices):
            raise ValueError(text)
        return ",".join(choice for choice in self.choices if choice in choices)

    def check(self, value: Any, field: str) -> None:
        """Refuses a value that is none of the choices or out of the range; None is always allowed.

        Args:
            value: of this kind.
            field: the name of the setting in the message.

        Raises:
            UsageError: the value does not fit.
        """
        if value is None or self._allows(value):
            return
        if isinstance(self.value_rule, tuple):
            raise UsageError("value_not_a_choice", field=field, choices=self.value_rule, given=value)
        raise out_of_range(field, self.value_rule, value)

    @property
    def value_rule(self) -> str | Names:
        """What its value must be, in words; or the choices."""
        if self.several:
            return f"{', '.join(self.choices)} or several"
        return self.choices or str(self.range)

    def _allows(self, value: Any) -> bool:
        if self.choices:
            return set(split_names(value) if self.several else (value,)) <= set(self.choices)
        return self.range is None or self.range.holds(value)


class Role(Enum):
    """What an option decides."""

    FINDINGS = "what is found in a recording"
    NETWORKS = "which networks find it, and what runs them"
    OUTPUTS = "what is made of what was found"


@dataclass(frozen=True, kw_only=True)
class Option(Setting):
    """The declaration of an option of an analysis."""

    role: Role
    metavar: str = ""
    """The name of its value in the help of the command line."""
    excludes: str = ""
    """A group of options of which one at most may be given."""
    posted: bool = True
    """Whether a job of the API may set it; false for an option that names a place on the machine."""
    posted_as: str = ""
    """Its name as a field of a job, where scripts use another one."""
    on_page: int = 0
    """Its place on the web page, ascending; 0: not on the page."""
    label: str = ""
    """On the page, instead of `help`: a few words for somebody who knows no command line."""
    hint: str = ""
    """On the page, below the label."""
    choice_labels: tuple[str, ...] = ()
    """On the page: a few words for each of `choices` or `names`."""
    names: tuple[str, ...] = ()
    """The values that a job of the API and the page may choose, where any other value names a place on the machine."""

    @property
    def dashed(self) -> str:
        """Its name on the command line, without the two leading dashes."""
        return self.name.replace("_", "-")

    @property
    def field(self) -> str:
        """Its name as a field of a job."""
        return self.posted_as or self.name


def declare(default: T, setting: Setting) -> T:
    """A field of a dataclass, with its default and its declaration."""
    return field(default=default, metadata={_METADATA: setting})


def declarations(holder: type, kind: type[S]) -> tuple[S, ...]:
    """The declaration of each field of a dataclass, in their order.

    Args:
        holder: the dataclass.
        kind: of its declarations: Setting or Option.
    """
    return tuple(_complete(field, kind) for field in fields(holder))


def _complete(field: Any, kind: type[S]) -> S:
    setting = field.metadata[_METADATA]
    assert isinstance(setting, kind), f"{field.name} is not declared as {kind.__name__}"
    return replace(setting, name=field.name, kind=_kind_of(field.type), default=field.default)


def _kind_of(annotation: Any) -> Any:
    """int for `int | None`; anything else as it is."""
    return get_args(annotation)[0] if isinstance(annotation, UnionType) else annotation


def read_environment(settings: Iterable[Setting], environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Name -> value of the settings whose variable is set; an empty one counts as not set.

    Raises:
        UsageError: a text that does not fit; the message names the variable.
    """
    texts = {setting: environ.get(setting.variable, "").strip() for setting in settings}
    return {setting.name: _read_variable(setting, text) for setting, text in texts.items() if text}


def _read_variable(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text)
    except ValueError as exc:
        if setting.secret:
            raise UsageError("secret_unfit", field=setting.variable) from None
        raise UsageError("setting_unfit", field=setting.variable, given=text) from exc


def split_names(text: str) -> Names:
    """The parts of a list separated by commas, as they are written."""
    return tuple(part.strip() for part in text.split(",")) if text else ()


def out_of_range(field: str, value_rule: str, value: str | float) -> UsageError:
    """The error for a value that is not allowed."""
    return UsageError("value_out_of_range", field=field, wanted=value_rule, given=value)


def _flag(text: str) -> bool:
    if text.lower() not in FLAGS:
        raise ValueError(text)
    return FLAGS[text.lower()]


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if isnan(number := float(text)):
        raise ValueError(text)
    return number


_READERS: dict[Any, Callable[[str], Any]] = {
    bool: _flag,
    int: _whole,
    float: _number,
    str: str,
    Path: lambda text: Path(text).absolute(),
    Names: lambda text: tuple(filter(None, split_names(text))),
}
