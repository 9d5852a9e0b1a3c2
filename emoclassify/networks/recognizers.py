"""The models that write down speech: which are offered by name, which are on this machine.

None comes with the program. `models fetch` fetches one by its name, or the user names a folder.
"""

from dataclasses import dataclass
from pathlib import Path

from emoclassify.errors import ModelError
from emoclassify.networks import models
from emoclassify.networks.models import ModelInfo

PURPOSE = "writes down what is said"

_SUFFIXES = (".onnx", ".bin", ".json", ".txt", ".data")
"""The endings of the files that a model is made of."""


@dataclass(frozen=True)
class Offer:
    """A model that can be fetched by name.

    Attributes:
        name: as the user writes it.
        repository: on the Hugging Face hub.
        files: patterns of the files that are needed.
        licence: of the weights.
        languages: in words.
    """

    name: str
    repository: str
    files: tuple[str, ...]
    licence: str
    languages: str

    @property
    def weights(self) -> tuple[str, ...]:
        """The files without which there is no model."""
        return tuple(file for file in self.files if Path(file).suffix in (".onnx", ".bin"))


def _whisper(size: str, owner: str = "Systran") -> Offer:
    files = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
    return Offer(f"whisper-{size}", f"{owner}/faster-whisper-{size}", files, "MIT", "99 languages")


OFFERS = (
    Offer(
        "gigaam-v3-e2e-ctc",
        "istupakov/gigaam-v3-onnx",
        ("config.json", "v3_e2e_ctc.int8.onnx", "v3_e2e_ctc_vocab.txt"),
        "MIT",
        "Russian",
    ),
    Offer(
        "nemo-parakeet-tdt-0.6b-v3",
        "istupakov/parakeet-tdt-0.6b-v3-onnx",
        ("config.json", "encoder-model.int8.onnx", "decoder_joint-model.int8.onnx", "vocab.txt"),
        "CC BY 4.0",
        "25 European languages",
    ),
    _whisper("base"),
    _whisper("small"),
    _whisper("large-v3-turbo", "mobiuslabsgmbh"),
)
"""All that are known by name; the first that is here is taken where the user names none."""

_BY_NAME = {offer.name: offer for offer in OFFERS}


def is_offered(name: str) -> bool:
    """Whether a model is one of OFFERS."""
    return name in _BY_NAME


def is_ready(name: str) -> bool:
    """Whether words can be written down: a model is named, or one of OFFERS was fetched to this machine."""
    return bool(name) or any(models.is_fetched(offer.name) for offer in OFFERS)


def recognizer(name: str = "") -> ModelInfo:
    """A model that writes down speech.

    Args:
        name: of one of OFFERS, or a folder; empty: the first of OFFERS that was fetched.

    Raises:
        ModelError: there is none of that name, or its files are not those that were fetched.
    """
    folder = Path(name)
    if name and folder.is_dir():
        files = {path.name: models.sha256_of_weights(path) for path in sorted(folder.iterdir()) if _is_of_model(path)}
        return ModelInfo(folder.resolve().name, PURPOSE, models.THEIRS, None, folder, files)
    for offer in OFFERS:
        if name in ("", offer.name) and models.is_fetched(offer.name):
            return models.fetched(offer.name)
    raise ModelError("recognizer_missing", model=name or OFFERS[0].name, offers=[offer.name for offer in OFFERS])


def fetch_recognizer(name: str) -> ModelInfo:
    """Downloads one of OFFERS from the Hugging Face hub into its cache, and records the checksums.

    Raises:
        ModelError: the hub cannot be reached, or lacks the files.
    """
    offer = _BY_NAME[name]
    folder = models.download(offer.repository, offer.files, "transcribe")
    paths = sorted({path for pattern in offer.files for path in folder.glob(pattern)})
    missing = [file for file in offer.weights if not (folder / file).is_file()]
    if missing:
        raise ModelError("hub_recognizer_incomplete", model=name, files=missing)
    return models.record_fetched(
        ModelInfo(name, PURPOSE, offer.licence, True, folder, {path.name: models.sha256_of(path) for path in paths})
    )


def _is_of_model(path: Path) -> bool:
    return path.is_file() and path.suffix in _SUFFIXES
