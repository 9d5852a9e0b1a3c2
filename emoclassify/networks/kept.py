"""Networks as OpenVINO compiled them, kept: to take one from there takes a quarter of the time of compiling it.

Only networks that ship with the program are kept, 17 MB in all. Later starts trust what is kept, so a process that
opens recordings may not write there (see `kept_networks`).
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from emoclassify.networks.cache import compiled_folder
from emoclassify.networks.convert import facts_of
from emoclassify.networks.models import sha256_of_weights
from emoclassify.networks.quantize import is_quantized

log = logging.getLogger(__name__)

_THREADS = "INFERENCE_NUM_THREADS"
"""The one property of a network that OpenVINO takes when it is opened: what it compiled is the same with each."""


@dataclass(frozen=True)
class Compiled:
    """A network that OpenVINO can run.

    Attributes:
        network: an openvino.CompiledModel.
        facts: those of `convert.Built`.
        is_quantized: whether it has matrices in 8 bits.
    """

    network: Any
    facts: Mapping[str, str]
    is_quantized: bool


def compiled(core: Any, make: Callable[[], Any], properties: Mapping[str, Any]) -> Compiled:
    """Compiles a network.

    Args:
        core: an openvino.Core.
        make: gives the openvino.Model.
        properties: of OpenVINO, for the CPU.
    """
    model = make()
    return Compiled(core.compile_model(model, "CPU", dict(properties)), facts_of(model), is_quantized(model))


def compiled_once(
    core: Any, make: Callable[[], Any], properties: Mapping[str, Any], source: Path, changes: Sequence[object] = ()
) -> Compiled:
    """The network, compiled by an earlier start on this processor, or now; then it is kept where that is allowed.

    Args:
        core, make, properties: as for `compiled`.
        source: the file that `make` reads; a .bin beside it counts too.
        changes: what else makes a difference to what `make` gives.
    """
    place = _place(core, properties, source, changes)
    try:
        return _taken(core, properties, place)
    except (OSError, ValueError, KeyError, RuntimeError):
        log.debug("%s: not compiled yet, or damaged", place.stem)
    fresh = compiled(core, make, properties)
    with suppress(OSError):
        _keep(fresh, place)
    return fresh


def _place(core: Any, properties: Mapping[str, Any], source: Path, changes: Sequence[object]) -> Path:
    """The file, named by everything that makes a difference."""
    weights = source.with_suffix(".bin")
    sums = [sha256_of_weights(path) for path in (source, weights) if path.exists()]
    lasting = {name: value for name, value in properties.items() if name != _THREADS}
    processor = core.get_property("CPU", "FULL_DEVICE_NAME")
    facts = [*sums, version("openvino"), processor, sorted(lasting.items()), *changes]
    return compiled_folder() / f"{source.stem}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}.blob"


def _taken(core: Any, properties: Mapping[str, Any], place: Path) -> Compiled:
    head_line, _, content = place.read_bytes().partition(b"\n")
    head = json.loads(head_line)
    if hashlib.sha256(content).hexdigest() != head["sha256"]:  # OpenVINO itself would take it
        raise ValueError("damaged")
    return Compiled(core.import_model(content, "CPU", dict(properties)), head["facts"], head["is_quantized"])


def _keep(fresh: Compiled, place: Path) -> None:
    """Written in another folder, then moved, so that no reader meets half of it."""
    content = fresh.network.export_model().getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    head = {"sha256": sha256, "facts": dict(fresh.facts), "is_quantized": fresh.is_quantized}
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent, prefix=f"{place.stem[:8]}-") as folder:
        beside = Path(folder, place.name)
        beside.write_bytes(json.dumps(head).encode() + b"\n" + content)
        beside.replace(place)
