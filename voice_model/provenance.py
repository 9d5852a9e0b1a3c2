"""What was learned from: the clips of a training, and the speakers of a model."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emoclassify.errors import WorkshopError
from emoclassify.voice.predict import CONFIG_FILE
from voice_model.corpora import Clip
from voice_model.settings import Settings

SHIPPED = Path("emoclassify/assets/models/voice")
CLIPS_FILE = "clips.sha256"

_UNHEARD = {"train": ("validation", "test"), "all-but-test": ("test",), "all": ()}


def hold_clips(folder: Path, clips: Sequence[Clip]) -> None:
    """Refuses a folder whose results were made from other clips.

    The checksum is of corpora, speakers, emotions and file names, wherever the files lie. A folder that has none yet,
    since it is new or older than this file, gets that of the clips it is met with.

    Raises:
        WorkshopError: the folder has the checksum of other clips.
    """
    known = sorted((clip.corpus, clip.speaker, clip.emotion, clip.path.name) for clip in clips)
    checksum = hashlib.sha256(json.dumps(known).encode()).hexdigest()
    path = folder / CLIPS_FILE
    if not path.exists():
        path.write_text(f"{checksum}\n", encoding="utf-8")
    elif path.read_text(encoding="utf-8").strip() != checksum:
        raise other_clips(folder)


def other_clips(folder: Path) -> WorkshopError:
    """The error of a folder whose results were made from other clips than those given."""
    return WorkshopError(
        f"{folder} was made from other recordings than DATA holds now; give another folder, or remove it"
    )


def learned_from(settings: Sequence[Settings]) -> dict[str, Any]:
    """Who the trainings of an ensemble learned from, as config.json says it: {"speakers": "train", "fold": 1}.

    Raises:
        WorkshopError: they did not all learn from the same speakers.
    """
    told = [{"speakers": one.speakers} | ({} if one.speakers == "all" else {"fold": one.fold}) for one in settings]
    if any(one != told[0] for one in told):
        raise WorkshopError("the runs learned from different speakers; give runs with one --speakers and one --fold")
    return told[0]


def unheard_fold(model: Path, side: str, fold: int | None) -> int:
    """The fold of which a model never heard a side, "validation" or "test".

    Args:
        model: folder of the exported model.
        side: to be measured on.
        fold: asked for; None is the model's own.

    Raises:
        WorkshopError: the model heard that side, or is of another fold. One that does not say whom it learned from is
            believed, but for the one that ships.
    """
    told = _told(model) or ({"speakers": "all"} if model.resolve() == SHIPPED.resolve() else {})
    if told and side not in _UNHEARD.get(told.get("speakers", ""), ()):
        raise WorkshopError(
            f"{model} learned from the {side} speakers too, so it has heard them; measure its recipe by"
            " `scores --folds RUNS`, or give --model of a training that kept them"
        )
    own = told.get("fold", Settings.fold if fold is None else fold)
    if fold not in (None, own):
        raise WorkshopError(f"{model} is of fold {own} and has heard speakers of fold {fold}; leave --fold {fold} out")
    return int(own)


def _told(model: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((model / CONFIG_FILE).read_text(encoding="utf-8"))["learned_from"])
    except (OSError, ValueError, KeyError, TypeError):  # what is wrong with a damaged file, loading tells
        return {}
