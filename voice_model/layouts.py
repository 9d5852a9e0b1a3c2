"""How the published speech corpora name their files.

RAVDESS  Actor_NN/03-01-EE-II-SS-RR-AA.*   emotion EE, actor AA             (Livingstone and Russo 2018)
TESS     OAF_angry/OAF_back_angry.*        speaker, word, emotion           (Pichora-Fuller and Dupuis 2020)
EMO-DB   wav/03a01Fa.*                     speaker, text, emotion letter    (Burkhardt et al. 2005)
nEMO     samples/EB0_anger_1.*             speaker, emotion, sentence       (Christop 2024)
CREMA-D  AudioWAV/1001_DFA_ANG_XX.*        actor, sentence, emotion, level  (Cao et al. 2014)
SAVEE    DC/a01.* or DC_a01.*              speaker, emotion letter, take    (Haq and Jackson 2009)
"""

from collections.abc import Callable
from pathlib import Path

from emoclassify.errors import WorkshopError

_RAVDESS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
_CREMAD = {"ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happy", "NEU": "neutral", "SAD": "sad"}
_SAVEE = {
    "a": "anger",
    "d": "disgust",
    "f": "fear",
    "h": "happiness",
    "n": "neutral",
    "sa": "sadness",
    "su": "surprise",
}
_SAVEE_SPEAKERS = ("DC", "JE", "JK", "KL")
_TESS_SPEAKERS = {"OAF": "OAF", "OA": "OAF", "YAF": "YAF"}  # one published file is misnamed: OA_bite_neutral
_EMODB = {"W": "anger", "L": "boredom", "E": "disgust", "A": "fear", "F": "happiness", "T": "sadness", "N": "neutral"}


def parse_name(corpus: str, path: Path) -> tuple[str, str]:
    """The speaker within the corpus, and the label as the corpus writes it, of a file of a corpus in LAYOUTS.

    Raises:
        WorkshopError: the name does not fit the layout.
    """
    try:
        return LAYOUTS[corpus](path)
    except (IndexError, KeyError, ValueError) as error:
        raise WorkshopError(f"{path}: not a name of this corpus's published layout; move the file away") from error


def _ravdess(path: Path) -> tuple[str, str]:
    _modality, channel, emotion, _intensity, _statement, _repetition, actor = path.stem.split("-")
    return actor, _RAVDESS[emotion] if channel == "01" else "song"


def _tess(path: Path) -> tuple[str, str]:
    speaker, _word, emotion = path.stem.split("_")
    return _TESS_SPEAKERS[speaker], emotion


def _emodb(path: Path) -> tuple[str, str]:
    return path.stem[:2], _EMODB[path.stem[5]]


def _nemo(path: Path) -> tuple[str, str]:
    speaker, emotion, _sentence = path.stem.split("_")
    return speaker, emotion


def _cremad(path: Path) -> tuple[str, str]:
    actor, _sentence, emotion, _level = path.stem.split("_")
    return actor, _CREMAD[emotion]


def _savee(path: Path) -> tuple[str, str]:
    """The corpus has a folder for each speaker; copies of it often have the speaker in the file name instead."""
    speaker, _, take = path.stem.rpartition("_")
    speaker = speaker or path.parent.name
    return _SAVEE_SPEAKERS[_SAVEE_SPEAKERS.index(speaker)], _SAVEE[take.rstrip("0123456789")]


LAYOUTS: dict[str, Callable[[Path], tuple[str, str]]] = {
    "ravdess": _ravdess,
    "tess": _tess,
    "emodb": _emodb,
    "nemo": _nemo,
    "cremad": _cremad,
    "savee": _savee,
}
