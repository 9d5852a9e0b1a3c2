"""Which clips a training, and which speakers a model, has learned from."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emoclassify.errors import WorkshopError
from emoclassify.voice.answer import CONFIG_FILE
from voice_model.corpora import Clip
from voice_model.settings import Settings

SHIPPED = Path("emoclassify/assets/models/voice")
CLIPS_FILE = "clips.sha256"

_UNHEARD = {"train": ("validation", "test"), "all-but-test": ("test",), "all": ()}


def require_same_clips(folder: Path, clips: Sequence[Clip]) -> None:
    """Refuses a folder whose results were made from other clips.

    The checksum is of corpora, speakers, emotions and file names, wherever the files lie. A folder without
    a checksum, new or of an older version, gets that of these clips.

    Raises:
        WorkshopError: the folder has the checksum of other clips.
    """
    identities = sorted((clip.corpus, clip.speaker, clip.emotion, clip.path.name) for clip in clips)
    checksum = hashlib.sha256(json.dumps(identities).encode()).hexdigest()
    path = folder / CLIPS_FILE
    if not path.exists():
        path.write_text(f"{checksum}\n", encoding="utf-8")
    elif path.read_text(encoding="utf-8").strip() != checksum:
        raise other_clips(folder)


def other_clips(folder: Path) -> WorkshopError:
    """The error for a folder whose results were made from other clips."""
    return WorkshopError(
        f"{folder} was made from other recordings than DATA holds now; give another folder, or remove it"
    )


def learned_from(settings: Sequence[Settings]) -> dict[str, Any]:
    """The speakers that the trainings of an ensemble learned from, as in config.json: {"speakers": "train", "fold": 1}.

    Raises:
        WorkshopError: they did not all learn from the same speakers.
    """
    sources = [{"speakers": run.speakers} | ({} if run.speakers == "all" else {"fold": run.fold}) for run in settings]
    if any(source != sources[0] for source in sources):
        raise WorkshopError("the runs learned from different speakers; give runs with one --speakers and one --fold")
    return sources[0]


def unheard_fold(model: Path, side: str, fold: int | None) -> int:
    """The fold whose side, "validation" or "test", a model has never heard.

    Args:
        model: folder of the exported model.
        side: the side to measure on.
        fold: None for the model's own.

    Raises:
        WorkshopError: the model heard that side, or is of another fold. A model that does not say whom it learned
            from is accepted, except the shipped one.
    """
    source = _source_of(model) or ({"speakers": "all"} if model.resolve() == SHIPPED.resolve() else {})
    if source and side not in _UNHEARD.get(source.get("speakers", ""), ()):
        raise WorkshopError(
            f"{model} learned from the {side} speakers too, so it has heard them; measure its recipe by"
            " `scores --folds RUNS`, or give --model of a training that kept them"
        )
    own_fold = source.get("fold", Settings.fold if fold is None else fold)
    if fold not in (None, own_fold):
        raise WorkshopError(
            f"{model} is of fold {own_fold} and has heard speakers of fold {fold}; leave --fold {fold} out"
        )
    return int(own_fold)


def _source_of(model: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((model / CONFIG_FILE).read_text(encoding="utf-8"))["learned_from"])
    except (OSError, ValueError, KeyError, TypeError):  # a damaged file is reported when it is loaded
        return {}
