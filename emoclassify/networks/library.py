"""OpenVINO itself, imported without what is not needed of it."""

import sys
from importlib import import_module
from typing import Any

_CONVERTER = "openvino.tools.ovc"


def load_openvino() -> Any:
    """The module openvino, without its converter of models.

    Importing the converter takes as long as all the rest, 0.2 s of processor, and tells OpenVINO's makers that it was
    imported. OpenVINO goes on without it where it cannot be imported; whoever wants it can import it afterwards.
    """
    if "openvino" in sys.modules:
        return sys.modules["openvino"]
    sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # so Python is told that there is no such module
    try:
        return import_module("openvino")
    finally:
        del sys.modules[_CONVERTER]
