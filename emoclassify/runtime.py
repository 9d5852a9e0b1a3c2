"""Where a network runs: torch on CPU or CUDA."""

import logging

import torch

from emoclassify.errors import UsageError

logger = logging.getLogger(__name__)


def choose_device(asked: str) -> str:
    """ "cpu" or "cuda" for "auto", "cpu" or "cuda"; auto takes CUDA where there is one.

    Raises:
        UsageError: CUDA was asked for and there is none.
    """
    if asked == "cuda" and not torch.cuda.is_available():
        raise UsageError("No CUDA device is usable on this machine; leave --device out or give --device cpu.")
    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return asked


def set_threads(threads: int) -> None:
    """Bounds torch's threads: more than one lose time as soon as another core is busy decoding.

    Called after the models are loaded, since importing silero-vad sets the number too.
    """
    torch.set_num_threads(threads)
