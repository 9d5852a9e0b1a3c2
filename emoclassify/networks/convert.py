"""Networks of torch converted for OpenVINO. Needs torch; running what was converted does not."""

import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.networks.library import load_openvino
from emoclassify.networks.quantize import quantize

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Built:
    """A network in torch, ready to be run or converted."""

    module: Any
    """A torch.nn.Module in evaluation mode: one float32 tensor (n, ...) -> one float32 tensor (n, ...)."""
    example: Array
    """An input with n = 2; the length of an axis in `free_axes` is arbitrary."""
    free_axes: tuple[int, ...] = (0,)
    """The axes of the input whose length may change from call to call."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Texts by name that are stored with the converted network for the caller."""


_FACTS = "emoclassify"  # the section of an OpenVINO model's notes with our facts


def facts_of(model: Any) -> dict[str, str]:
    """The facts of `Built` that an openvino.Model carries."""
    notes = dict(model.get_rt_info(_FACTS).value) if model.has_rt_info(_FACTS) else {}
    return {name: str(value) for name, value in notes.items()}


def converted(built: Built, *, precise: bool) -> Any:
    """The network as an openvino.Model, the same from run to run.

    Args:
        built: the network in torch.
        precise: leave all its numbers as they are; else large matrices are put into 8 bits.

    Raises:
        Exception: of any class, where OpenVINO cannot take the network.
    """
    import torch

    load_openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    # Not openvino.convert_model, which sends usage statistics to its makers.
    frontend = FrontEndManager().load_by_framework("pytorch")
    with warnings.catch_warnings(), torch.inference_mode():
        # Tracing is deprecated in torch 2.12, and OpenVINO 2026.4 cannot read the export that replaces it.
        warnings.simplefilter("ignore")
        traced = TorchScriptPythonDecoder(
            built.module, example_input=(torch.from_numpy(built.example),), trace_kwargs={"check_trace": False}
        )
        model = frontend.convert(frontend.load(traced))
    model.reshape([-1 if axis in built.free_axes else length for axis, length in enumerate(built.example.shape)])
    if not precise:
        quantize(model)
    for name, value in built.facts.items():
        model.set_rt_info(value, [_FACTS, name])
    _rename(model)
    return model


def _rename(model: Any) -> None:
    """Numbers the parts of a model: their names count what the process made before, and would differ each time."""
    model.set_friendly_name("network")
    for place, node in enumerate(model.get_ordered_ops()):
        node.set_friendly_name(str(place))


def store(model: Any, path: Path, *, halves: bool = False) -> None:
    """Stores an openvino.Model: written to another folder, then moved, so that no reader meets half a file.

    Args:
        model: an openvino.Model.
        path: of its .xml; the .bin with its numbers is written beside it.
        halves: write numbers of 32 bits in 16: half the size, and exact where they come from weights of 16 bits.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f"{path.stem[:8]}-"))
    try:
        try:
            load_openvino().save_model(model, beside / path.name, compress_to_fp16=halves)
        except RuntimeError as error:  # a full disk
            raise OSError(f"{path.parent} cannot be written") from error
        for ending in (".bin", ".xml"):  # the weights first: readers look for the .xml
            (beside / path.name).with_suffix(ending).replace(path.with_suffix(ending))
    finally:
        shutil.rmtree(beside)


def ship(built: Built, path: Path, *, precise: bool) -> None:
    """Stores a network of 16-bit weights in its model's folder, in place of one that was made from other weights.

    Args:
        built: the network in torch.
        path: `models.converted_path` of what it is made from.
        precise: as for `converted`.

    Raises:
        OSError: it cannot be written.
    """
    for older in path.parent.glob("network-*"):
        older.unlink()
    store(converted(built, precise=precise), path, halves=True)
