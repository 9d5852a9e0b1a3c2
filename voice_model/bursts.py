"""Reads EmoGator: sounds of the voice without words, mostly laughter, sighs and screams (Buhl 2023, Apache 2.0)."""

from dataclasses import dataclass
from pathlib import Path

from emoclassify.errors import WorkshopError

_LAUGHTER = "02"  # amusement; not all of it is laughter, and some of the other bursts are


@dataclass(frozen=True)
class Burst:
    """One sound of one contributor."""

    path: Path
    contributor: str
    kind: str
    """The number of the emotion that was meant, "02"."""

    @property
    def is_laughter(self) -> bool:
        """Whether amusement was meant, which is mostly laughter."""
        return self.kind == _LAUGHTER


def read_bursts(folder: Path) -> tuple[Burst, ...]:
    """The files NNNNNN-EE-I.mp3 below a folder (contributor, emotion, instance), in the order of their paths.

    Raises:
        WorkshopError: there is none, or one has another name.
    """
    bursts = []
    for path in sorted(folder.rglob("*.mp3")):
        parts = path.stem.split("-")
        if len(parts) != len(("contributor", "emotion", "instance")):
            raise WorkshopError(f"{path}: not a name of EmoGator's layout, NNNNNN-EE-I.mp3; move the file away")
        bursts.append(Burst(path, parts[0], parts[1]))
    if not bursts:
        raise WorkshopError(f"{folder}: no bursts here; expected EmoGator's files NNNNNN-EE-I.mp3")
    return tuple(bursts)
