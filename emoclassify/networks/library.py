"""OpenVINO itself, imported without what is not needed of it."""

import sys
import threading
from importlib import import_module
from typing import Any

_CONVERTER = "openvino.tools.ovc"
_one_at_a_time = threading.Lock()


def load_openvino() -> Any:
    """The module openvino, without its converter of models.

    Importing the converter takes as long as all the rest, 0.2 s of processor, and tells OpenVINO's makers that it was
    imported. OpenVINO goes on without it where it cannot be imported; whoever wants it can import it afterwards.
    """
    with _one_at_a_time:  # else a second thread would get the module while it is half imported
        if "openvino" in sys.modules:
            return sys.modules["openvino"]
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # so Python is told that there is no such module
        try:
            return import_module("openvino")
        finally:
            del sys.modules[_CONVERTER]
