"""Runs networks: with torch on CPU or CUDA, with OpenVINO on a CPU.

Arrays in, arrays out: no other module needs to know what runs a network. The networks of this package come in a form
that OpenVINO reads. Any other is converted once and stored, so that a later start needs neither torch nor the libraries
the network was written with.
"""

import ctypes
import hashlib
import logging
import math
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from emoclassify.errors import UsageError
from emoclassify.extras import packages
from emoclassify.networks.cache import converted_folder
from emoclassify.networks.convert import Array, Built, converted, store
from emoclassify.networks.kept import compiled, compiled_once
from emoclassify.networks.library import load_openvino
from emoclassify.networks.quantize import GROUP, LARGE_SHIPPED, quantize

_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")
"""File of control groups version 2, inside a container: microseconds of processor time, and in how many."""

TORCH = "torch"
"""The extra of pyproject.toml that brings torch and what comes with it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """What runs networks, and on which device."""

    runtime: str = "torch"
    """torch or openvino."""
    device: str = "cpu"
    """cpu or cuda."""
    threads: int = 1
    """Threads of OpenVINO; those of torch are set for the whole process by `set_threads`."""


class Network(Protocol):
    """A network in memory, ready to run; several threads may call it."""

    name: str
    """What runs it, for people and for analysis.json, e.g. "openvino 2026.4.1, cpu, bf16"."""
    facts: Mapping[str, str]
    """The facts of `Built`."""

    def __call__(self, batch: Array) -> Array:
        """float32 (n, ...) -> float32 (n, ...)."""


def choose_place(runtime: str = "auto", device: str = "auto") -> Place:
    """Chooses what runs networks; auto means CUDA where there is one, else OpenVINO, else torch.

    Args:
        runtime: auto, torch or openvino.
        device: auto, cpu or cuda.

    Raises:
        UsageError: this machine lacks the runtime or device, or OpenVINO is combined with CUDA.
    """
    if (runtime == "torch" or device == "cuda") and not _has_torch():
        raise UsageError("extra_missing", package="torch", extra=TORCH)
    if device == "cuda" and runtime == "openvino":
        raise UsageError("openvino_not_on_cuda")
    if device == "cuda" and not _has_cuda():
        raise UsageError("cuda_missing")
    if runtime == "openvino" and not _has_openvino():
        raise UsageError("openvino_missing")
    threads = available_cores()
    if device == "cuda" or (device == "auto" and runtime != "openvino" and _has_cuda()):
        return Place("torch", "cuda", threads)
    if runtime == "openvino" or (runtime == "auto" and _has_openvino()):
        return Place("openvino", "cpu", threads)
    return Place("torch", "cpu", threads)


def open_network(
    key: str, build: Callable[[], Built], place: Place, *, precise: bool = False, shipped: Path | None = None
) -> Network:
    """Loads a network, or makes it where it is not stored yet.

    Args:
        key: a checksum of everything the network is made from; names the stored network.
        build: makes it; called only where no converted network is stored.
        place: from `choose_place`.
        precise: 32 bits throughout. Else OpenVINO computes with bfloat16 where the processor does so by itself, which
            is about twice as fast, and multiplies large matrices in 8 bits, half as fast again.
        shipped: the .xml of the same network that came with the model; used where it is there.

    Raises:
        EmoClassifyError: torch, which makes it, is not installed; and whatever `build` raises. A network that OpenVINO
            cannot convert is run by torch, with a warning in the log.
    """
    if place.runtime != "openvino":
        with packages(TORCH):
            return run_by_torch(build(), place.device)
    if shipped is not None and shipped.is_file():
        return _OpenVinoNetwork(shipped, place.threads, precise, is_shipped=True)
    path = converted_folder() / f"{key}-{_kind(precise)}-openvino-{version('openvino')}.xml"
    try:
        return _OpenVinoNetwork(path, place.threads, precise)
    except RuntimeError:
        log.debug("%s: not converted yet, or damaged", path.stem)
    with packages(TORCH):
        built = build()
    try:
        model = converted(built, precise=precise)
        try:
            store(model, path)
        except OSError as error:
            log.warning("The converted network cannot be kept, so each start takes longer: %s", error)
            return _OpenVinoNetwork(model, place.threads, precise)
        return _OpenVinoNetwork(path, place.threads, precise)
    except Exception as error:  # the tracer and the converter raise errors of any class
        log.warning("OpenVINO cannot take this network, torch runs it: %s", (str(error).splitlines() or [""])[0])
        return run_by_torch(built)


def open_converted(path: Path, threads: int, *, precise: bool = False) -> Network:
    """Loads a network that is stored in OpenVINO's form: an .xml with its .bin.

    Raises:
        RuntimeError: a file is missing or damaged.
    """
    return _OpenVinoNetwork(path, threads, precise)


class OnnxNetwork:
    """A published ONNX network that ships, run by OpenVINO on a CPU in 32 bits; several arrays in and out."""

    def __init__(self, path: Path) -> None:
        core = load_openvino().Core()
        properties = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        self._compiled = compiled_once(core, lambda: core.read_model(path), properties, path).network
        self._outputs = [output.any_name for output in self._compiled.outputs]
        self.name = f"openvino {version('openvino')}, cpu, f32"

    def __call__(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """float32 arrays by the names of the network's inputs -> float32 arrays by the names of its outputs."""
        outputs = self._compiled(dict(inputs))
        return {name: np.array(outputs[name]) for name in self._outputs}


def run_by_torch(built: Built, device: str = "cpu") -> Network:
    """A network run by torch."""
    return _TorchNetwork(built, device)


def torch_name(device: str) -> str:
    """The name in analysis.json of what runs a network: torch, its version, the device."""
    return f"torch {version('torch')}, {device}"


def available_cores() -> int:
    """How many cores this process may use: those it is bound to, and no more than its container's limit."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, _quota(_CPU_MAX) or bound))


def _quota(path: Path) -> int | None:
    """A container's limit in processors, rounded up; None where there is none."""
    try:
        quota, period = path.read_text(encoding="ascii").split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # no such file, or "max 100000"
        return None


def set_threads(threads: int) -> None:
    """Limits torch's threads, if it is loaded: with more than one, time is lost when another core is busy decoding."""
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(threads)


class _TorchNetwork:
    def __init__(self, built: Built, device: str) -> None:
        self._module, self._device, self.facts = built.module.to(device), device, built.facts
        self.name = torch_name(device)

    def __call__(self, batch: Array) -> Array:
        import torch

        with torch.inference_mode():
            output = self._module(torch.from_numpy(batch).to(self._device))
        return np.asarray(output.float().cpu().numpy(), dtype=np.float32)


class _OpenVinoNetwork:
    def __init__(self, model: Any, threads: int, precise: bool, *, is_shipped: bool = False) -> None:
        """Takes an openvino.Model, or the path of a stored one; of one that ships, many more matrices are put into 8
        bits, and what OpenVINO made of it is kept."""
        core = load_openvino().Core()
        has_bf16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        precision = "bf16" if has_bf16 and not precise else "f32"
        least_in_8_bits = LARGE_SHIPPED if is_shipped and precision == "bf16" else None
        properties = {
            "INFERENCE_PRECISION_HINT": precision,
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0 if precise else GROUP,
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # the cores are shared with the decoder
        }

        def make() -> Any:
            network = core.read_model(model) if isinstance(model, Path) else model
            if least_in_8_bits is not None:
                quantize(network, least_in_8_bits)
            return network

        ready = (
            compiled_once(core, make, properties, model, changes=(least_in_8_bits, _kind(precise)))
            if is_shipped
            else compiled(core, make, properties)
        )
        self._compiled, self.facts = ready.network, ready.facts
        self._one_at_a_time = threading.Lock()
        number_formats = f"int8 + {precision}" if ready.is_quantized else precision
        self.name = f"openvino {version('openvino')}, cpu, {number_formats}"

    def __call__(self, batch: Array) -> Array:
        with self._one_at_a_time:
            return np.array(self._compiled(batch)[0], dtype=np.float32)  # a copy: OpenVINO reuses its own memory


def _kind(precise: bool) -> str:
    """Part of the file name: distinguishes the networks made from the same weights."""
    if precise:
        return "precise"
    source = Path(__file__).with_name("quantize.py").read_bytes()
    return f"fast-{hashlib.sha256(source).hexdigest()[:8]}"


def _has_openvino() -> bool:
    return find_spec("openvino") is not None


def _has_torch() -> bool:
    return find_spec("torch") is not None


def _has_cuda() -> bool:
    """Whether torch can use CUDA; torch is imported, which takes seconds, only with NVIDIA's driver."""
    if not _has_torch():
        return False
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    import torch

    return bool(torch.cuda.is_available())
