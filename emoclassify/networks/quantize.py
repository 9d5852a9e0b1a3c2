"""Large matrices of a network in 8 bits, multiplied with inputs of 8 bits (OpenVINO's dynamic quantisation)."""

from typing import Any

import numpy as np

from emoclassify.networks.library import load_openvino

GROUP = 256
"""How many numbers of an input share one scale, chosen anew for each input, so that a single large number makes only
these less exact. With 128 it takes a twentieth longer, and scores move by as much (`benchmarks/RESULTS.md`)."""

LARGE = 2**18
"""Numbers in a matrix, at least, of a network of which nothing is known."""

LARGE_SHIPPED = 2**16
"""The same of the embedded expression network: with its 24 matrices in 8 bits a face takes 2.2 ms in the place of 2.6,
and what it says of faces then is known: see `quantize`, and `benchmarks/RESULTS.md`."""

_LARGEST = 127


def quantize(model: Any, least: int = LARGE) -> None:
    """Converts the large matrices of an OpenVINO model to 8 bits, with a scale for each row, and changes nothing else.

    Args:
        model: an openvino.Model; it is changed in place.
        least: a matrix with fewer numbers stays as it is.

    On FER2013's 3,529 validation faces, with all matrices of the embedded network in 8 bits and everything else in 32,
    no score moves by more than 0.006; by 0.026 together with bfloat16, which alone moves one by 0.029.
    """
    opset13 = load_openvino().opset13
    for node in model.get_ops():
        if node.get_type_name() != "MatMul" or not node.get_attributes()["transpose_b"]:
            continue
        weights = node.input_value(1).get_node()
        if weights.get_type_name() == "Convert":  # stored in 16 bits
            weights = weights.input_value(0).get_node()
        if weights.get_type_name() != "Constant" or len(weights.shape) != 2 or np.prod(weights.shape) < least:
            continue
        exact = np.asarray(weights.get_data(), dtype=np.float32)
        scale = np.maximum(np.abs(exact).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / _LARGEST
        rounded = opset13.convert(opset13.constant(np.round(exact / scale).astype(np.int8)), "f32")
        node.input(1).replace_source_output(opset13.multiply(rounded, opset13.constant(scale)).output(0))


def is_quantized(model: Any) -> bool:
    """Whether a model has matrices in 8 bits."""
    constants = (node for node in model.get_ops() if node.get_type_name() == "Constant")
    return any(node.get_element_type().to_string() == "i8" for node in constants)
