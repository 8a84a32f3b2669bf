"""Turn a model with 4-bit weights into one that computes in 8-bit integers, twice as fast.

A matrix of weights keeps one scale a column, its input one scale a row, which is a token: what a token
becomes does not depend on how large the numbers of its neighbours are. Integers are unsigned, because
processors without VNNI saturate in signed products: the answer is the same on all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

_MIDDLE: Final = 128
"""The integer that stands for zero."""
_LARGEST: Final = 127

Floats = npt.NDArray[np.float32]

_CONSTANTS = (
    numpy_helper.from_array(np.array(1 / _LARGEST, np.float32), "eight_bits_step"),
    numpy_helper.from_array(np.array(1e-9, np.float32), "eight_bits_least"),
    # A half more, because what follows cuts the fraction off.
    numpy_helper.from_array(np.array(_MIDDLE + 0.5, np.float32), "eight_bits_middle"),
    numpy_helper.from_array(np.array(_MIDDLE, np.uint8), "eight_bits_zero"),
    numpy_helper.from_array(np.array(1, np.float32), "eight_bits_one"),
    numpy_helper.from_array(np.array([-1]), "eight_bits_last_axis"),
)
_STEP, _LEAST, _AT_MIDDLE, _ZERO, _ONE, _LAST_AXIS = (tensor.name for tensor in _CONSTANTS)


def in_eight_bits(model: bytes) -> bytes:
    """Return an ONNX model with every `MatMulNBits` of 4 bits computed in 8 bits."""
    proto = onnx.load_model_from_string(model)
    tensors = {tensor.name: tensor for tensor in (*proto.graph.initializer, *_CONSTANTS)}
    nodes: list[NodeProto] = []
    quantised: set[str] = set()
    for node in proto.graph.node:
        if node.op_type != "MatMulNBits":
            nodes.append(node)
            continue
        if node.input[0] not in quantised:
            quantised.add(node.input[0])
            nodes.extend(_quantised(node.input[0]))
        weights = tuple(_eight_bit_weights(node.input[1], _weights(node, tensors)))
        tensors.update({tensor.name: tensor for tensor in weights})
        nodes.extend(_product(node.input[0], node.output[0], *(tensor.name for tensor in weights)))
    used = {name for node in nodes for name in node.input}
    graph = proto.graph
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensor for name, tensor in tensors.items() if name in used)
    return bytes(proto.SerializeToString())


def _quantised(given: str) -> Iterator[NodeProto]:
    """Yield what makes `given` into integers and a scale for each row: the largest number becomes 127."""
    yield helper.make_node("Abs", [given], [f"{given}_sizes"])
    yield helper.make_node("ReduceMax", [f"{given}_sizes", _LAST_AXIS], [f"{given}_largest"], keepdims=1)
    yield helper.make_node("Mul", [f"{given}_largest", _STEP], [f"{given}_steps"])
    yield helper.make_node("Add", [f"{given}_steps", _LEAST], [f"{given}_scales"])
    yield helper.make_node("Reciprocal", [f"{given}_scales"], [f"{given}_factors"])
    yield helper.make_node("Mul", [given, f"{given}_factors"], [f"{given}_scaled"])
    yield helper.make_node("Add", [f"{given}_scaled", _AT_MIDDLE], [f"{given}_positive"])
    yield helper.make_node("Cast", [f"{given}_positive"], [f"{given}_integers"], to=TensorProto.UINT8)


def _product(given: str, result: str, integers: str, scales: str, zeros: str) -> Iterator[NodeProto]:
    """Yield the product of quantised `given` with weights, scaled by column and then by row."""
    inputs = [f"{given}_integers", integers, _ONE, scales, _ZERO, zeros]
    yield helper.make_node("MatMulIntegerToFloat", inputs, [f"{result}_unscaled"], domain="com.microsoft")
    yield helper.make_node("Mul", [f"{result}_unscaled", f"{given}_scales"], [result])


def _weights(node: NodeProto, tensors: dict[str, TensorProto]) -> Floats:
    """Unpack a matrix (inputs x outputs): two weights a byte, low half first, a scale and a zero a block."""
    told = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    inputs, outputs, block = told["K"], told["N"], told["block_size"]
    packed, scales, *zeros = (numpy_helper.to_array(tensors[name]) for name in node.input[1:])
    blocks = packed.shape[1]
    values = _halves(packed).reshape(outputs, blocks, block).astype(np.float32)
    middle = _halves(zeros[0].reshape(outputs, -1))[:, :blocks] if zeros else np.full((outputs, blocks), 8)
    values = (values - middle[:, :, None]) * scales.reshape(outputs, blocks, 1)
    return np.asarray(values.reshape(outputs, -1)[:, :inputs].T, dtype=np.float32)


def _halves(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.stack([packed & 0xF, packed >> 4], axis=-1).reshape(packed.shape[0], -1)


def _eight_bit_weights(name: str, weights: Floats) -> Iterator[TensorProto]:
    """Yield integers, scales and zeros of a matrix."""
    scales = np.asarray(np.abs(weights).max(axis=0) / _LARGEST, dtype=np.float32)
    integers = np.rint(weights / np.where(scales > 0, scales, 1)) + _MIDDLE
    yield numpy_helper.from_array(np.ascontiguousarray(integers, dtype=np.uint8), f"{name}_integers")
    yield numpy_helper.from_array(scales, f"{name}_scales_of_columns")
    yield numpy_helper.from_array(np.full(len(scales), _MIDDLE, dtype=np.uint8), f"{name}_zeros")
