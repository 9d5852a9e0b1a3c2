"""Makes the networks that hear speech run without torch: converted for OpenVINO, the same bytes each time."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from emoclassify.networks import convert, models
from emoclassify.speech.silero import network_path
from emoclassify.voice import predict
from voice_model.provenance import SHIPPED


def convert_model(folder: Path) -> None:
    """Writes the converted network of a speech model into its folder; with the one that ships, silero-vad's too.

    Raises:
        ModelError: there is no such model, or it is damaged.
        OSError: it cannot be written.
    """
    convert.ship(predict.read_original(folder), predict.converted_network(folder), precise=True)
    if folder.resolve() == SHIPPED.resolve():
        shutil.copyfile(original_silero(), network_path())
        models.record_checksums()


def original_silero() -> Path:
    """The network that finds speech, in its package; OpenVINO reads it as it is."""
    spec = find_spec("silero_vad")
    assert spec is not None, "silero-vad is installed with the extra `train`"
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / network_path().name
