"""Finds, checks (sha256) and describes the models; the only module that does."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from emoclassify.errors import ModelError
from emoclassify.extras import packages
from emoclassify.settings import VOICE_MODELS

EMBEDDED = "embedded"
"""The name in options for the models inside this package."""

_BLOCK_BYTES = 2**24
"""Large, so that a hashing thread seldom waits for threads that run Python code."""

_ASSETS = Path(__file__).parents[1] / "assets" / "models"
_CHECKSUMS = _ASSETS / "SHA256SUMS"
_WEIGHTS = "model.safetensors"
_CONVERTED = ("*.xml", "*.bin", "*.onnx")  # networks in a form that OpenVINO reads
_OWN_WEIGHTS = ("*.safetensors", "head.npy", "encoder.bin")  # of a model of the user's; the last two: a voice's
SCORES = "scores.json"
"""File beside a model's weights that says how good it is, for the report and the weights of joint scores; see
`record_scores`."""

_CONFIGS = ("config.json", "preprocessor_config.json")
_FIGURES = "set n people accuracy macro_f1 uar ece log_loss interval_95 labels confusion".split()
_READS_FACES, _HEARS_VOICES = "reads the expression of a face", "hears the emotion of a voice"
_VOICE_FOLDERS = dict(zip(VOICE_MODELS, ("voice", "voice-large"), strict=True))

THEIRS = "as its publisher says"
"""The terms of a model of which this program knows none."""


@dataclass(frozen=True)
class ModelInfo:
    """One model: its purpose, its place on this machine, its terms."""

    name: str
    purpose: str
    licence: str
    commercial_use: bool | None
    """False where the terms of the training data forbid it; None where unknown, as for a model of the user's."""
    path: Path
    """The folder or file of the weights."""
    files: dict[str, str]
    """File name below `path` -> the sha256 (hex) that it must have; for a model of the user's, the one it has."""
    scores: dict[str, Any] | None = None
    """How good it is, as its folder's scores.json says; None where there is none."""

    @property
    def validation_log_loss(self) -> float | None:
        """Its recorded mean log-loss on labelled data that it did not learn from; None where unknown."""
        return None if self.scores is None else self.scores["validation_log_loss"]

    def to_dict(self) -> dict[str, Any]:
        """The facts for analysis.json: all but the path on this machine."""
        facts = asdict(self)
        del facts["path"]
        return facts


def mtcnn() -> ModelInfo:
    """MTCNN with the weights of facenet-pytorch 2.5.3."""
    return _embedded("mtcnn", "finds faces", "MIT", True)


def speech_finder() -> ModelInfo:
    """silero-vad with its own weights."""
    return _embedded("silero-vad", "finds speech", "MIT", True)


def expression_model(name: str = EMBEDDED) -> ModelInfo:
    """The model that reads expressions: the embedded one, or one of the user's by folder or hub name."""
    if name == EMBEDDED:
        return _embedded("expression", _READS_FACES, "MIT; see LICENSE on its training images", True)
    return _given(name, _READS_FACES)


def voice_model(name: str = EMBEDDED) -> ModelInfo:
    """The model that hears emotions: one of those inside this package by name, or one of the user's by folder."""
    if name in _VOICE_FOLDERS:
        return _embedded(_VOICE_FOLDERS[name], _HEARS_VOICES, "CC BY-NC-SA 4.0", False)
    return _given(name, _HEARS_VOICES)


def fetched_models() -> list[ModelInfo]:
    """The models that were fetched from the hub."""
    return list(map(fetched, _fetched()))


def is_fetched(name: str) -> bool:
    """Whether a model of that name was fetched from the hub."""
    return name in _fetched()


def fetched(name: str) -> ModelInfo:
    """A model that was fetched from the hub.

    Raises:
        ModelError: there is none of that name, or its files are not those that were fetched.
    """
    record = _fetched().get(name)
    if record is None:
        raise ModelError("model_not_fetched", model=name)
    terms = {"purpose": _READS_FACES, "licence": THEIRS, "commercial_use": None} | record
    model = ModelInfo(
        name, terms["purpose"], terms["licence"], terms["commercial_use"], Path(record["folder"]), record["files"]
    )
    verify(model)
    return model


def fetch(name: str) -> ModelInfo:
    """Downloads an expression model from the Hugging Face hub into its cache, and records the checksums.

    Only the configuration and weights in safetensors are downloaded: no code.

    Raises:
        ModelError: no such model, no such files in it, or the hub cannot be reached.
        EmoClassifyError: the package that fetches is not installed.
    """
    folder = download(name, (*_CONFIGS, "*.safetensors"))
    files = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    if not any(file.endswith(".safetensors") for file in files) or not set(_CONFIGS) <= set(files):
        raise ModelError("hub_model_incomplete", model=name)
    return record_fetched(ModelInfo(name, _READS_FACES, THEIRS, None, folder, files))


def download(repository: str, patterns: Sequence[str], extra: str = "torch") -> Path:
    """Downloads files of a repository of the Hugging Face hub into its cache, and returns their folder.

    Args:
        repository: as owner/name.
        patterns: of the files.
        extra: of pyproject.toml, which brings the package that fetches.

    Raises:
        ModelError: no such repository, or the hub cannot be reached.
    """
    with packages(extra):
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            HfHubHTTPError,
            HFValidationError,
            LocalEntryNotFoundError,
            OfflineModeIsEnabled,
        )

    try:
        return Path(snapshot_download(repository, allow_patterns=list(patterns)))
    except HFValidationError as exc:
        raise ModelError("hub_no_name", model=repository) from exc
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as exc:
        raise ModelError("hub_away", model=repository) from exc
    except HfHubHTTPError as exc:
        raise ModelError("hub_refuses", model=repository, status=exc.response.status_code) from exc


def verify(model: ModelInfo) -> None:
    """Compares the sha256 of every file of a model with the recorded one.

    Raises:
        ModelError: a file is missing or differs.
    """
    if not model.files:
        raise ModelError("model_no_checksum", model=model.name, path=str(model.path))
    for file, expected in model.files.items():
        path = model.path / file
        if not path.is_file():
            raise ModelError("model_lacks_file", model=model.name, path=str(path))
        if sha256_of_weights(path) != expected:
            raise ModelError("model_other_file", model=model.name, path=str(path))


def checksum_of_all() -> str:
    """The sha256 (hex) of the list of checksums of the embedded models: another one after any of them has changed."""
    return sha256_of(_CHECKSUMS)


def record_checksums() -> None:
    """Writes SHA256SUMS anew for the embedded models; the workshops call it after an export."""
    patterns = ("*.json", "*.npy", _WEIGHTS, *_CONVERTED)
    files = sorted(path for pattern in patterns for path in _ASSETS.glob(f"*/{pattern}"))
    lines = [f"{sha256_of(path)}  {path.relative_to(_ASSETS).as_posix()}" for path in files]
    _CHECKSUMS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def record_scores(folder: Path, sets: list[dict[str, Any]], validation_log_loss: float | None) -> None:
    """Writes scores.json into a model's folder; the workshops call it after measuring.

    Args:
        folder: of the model.
        sets: one dict for each set of labelled data that the model did not learn from: `set` (its name), `n`, `people`
            (how many, None where unknown), `accuracy`, `macro_f1`, `uar`, `ece`, `log_loss`, `interval_95` (name of a
            figure -> [low, high]), `labels`, and `confusion` (rows the truth, both in the order of the labels).
        validation_log_loss: gives the model its weight in a joint score; None for the same weight as others.
    """
    text = json.dumps({"validation_log_loss": validation_log_loss, "sets": sets}, indent=1)
    (folder / SCORES).write_text(text + "\n", encoding="utf-8")


def _read_scores(folder: Path) -> dict[str, Any] | None:
    path = folder / SCORES
    if not path.is_file():
        return None
    try:
        content = dict(json.loads(path.read_text(encoding="utf-8")))
        sets = [{name: item[name] for name in _FIGURES} for item in content["sets"]]
        return {"validation_log_loss": content["validation_log_loss"], "sets": sets}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ModelError("model_scores_unread", path=str(path), why=repr(exc)) from exc


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal; read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_weights(path: Path) -> str:
    """As `sha256_of`, but a file is read again only after it has changed: weights are large and often checked."""
    facts = path.stat()
    return _sha256_kept(path, facts.st_size, facts.st_mtime_ns, facts.st_ino)


@cache
def _sha256_kept(path: Path, *_: int) -> str:
    return sha256_of(path)


def converted_path(sources: Iterable[Path]) -> Path:
    """Where a model's network is, converted for OpenVINO, if it came with one; named after what it is made from.

    So a network that was made from other weights is never taken for that of these.

    Args:
        sources: the files that the network is made from, all in the model's folder.

    Raises:
        OSError: one cannot be read.
    """
    paths = list(sources)
    digest = hashlib.sha256("".join(map(sha256_of_weights, paths)).encode()).hexdigest()
    return paths[0].with_name(f"network-{digest[:16]}.xml")


def _embedded(name: str, purpose: str, licence: str, commercial_use: bool) -> ModelInfo:
    lines = [line.split("  ", 1) for line in _CHECKSUMS.read_text(encoding="utf-8").splitlines()]
    files = {file.removeprefix(f"{name}/"): digest for digest, file in lines if file.startswith(f"{name}/")}
    return ModelInfo(name, purpose, licence, commercial_use, _ASSETS / name, files, _read_scores(_ASSETS / name))


def _given(name: str, purpose: str) -> ModelInfo:
    folder = Path(name)
    if folder.is_dir():
        return ModelInfo(folder.resolve().name, purpose, THEIRS, None, folder, _files_in(folder), _read_scores(folder))
    return fetched(name)


def _files_in(folder: Path) -> dict[str, str]:
    """Name -> sha256 of the weights and configuration of a model; empty without weights."""
    weights = [path for pattern in _OWN_WEIGHTS for path in folder.glob(pattern)]
    configs = [folder / file for file in _CONFIGS if weights and (folder / file).is_file()]
    try:
        return {path.name: sha256_of_weights(path) for path in sorted([*weights, *configs])}
    except OSError as exc:
        raise ModelError("model_file_unread", path=str(exc.filename), why=str(exc.strerror)) from exc


def _fetched() -> dict[str, Any]:
    """Hub name -> folder and files of the models that were fetched."""
    path = fetched_path()
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def record_fetched(model: ModelInfo) -> ModelInfo:
    """Writes down where the files of a model that was fetched are, and what they must be; returns the model."""
    facts: dict[str, Any] = {"folder": str(model.path), "files": model.files, "purpose": model.purpose}
    facts |= {"licence": model.licence, "commercial_use": model.commercial_use}
    path = fetched_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".partial")
    beside.write_text(json.dumps({**_fetched(), model.name: facts}, indent=1), encoding="utf-8")
    beside.replace(path)
    return model


def fetched_path() -> Path:
    """The file that says where the fetched models are."""
    return Path(os.environ.get("EMOCLASSIFY_DATA_DIR") or platformdirs.user_data_path("emoclassify")) / "models.json"


def files_of(models: Iterable[ModelInfo]) -> set[Path]:
    """All that is read to load these models, and to know which were fetched: folders, and the files that names in them
    lead to.

    Raises:
        OSError: a folder cannot be read.
    """
    folders = [model.path for model in models]
    return {fetched_path(), *folders, *(path.resolve() for folder in folders for path in folder.iterdir())}
