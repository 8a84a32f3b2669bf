"""The product in 8-bit integers stays close to the one it replaces, row by row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from bpoaudit.detect.eight_bits import in_eight_bits

INPUTS, OUTPUTS, BLOCK = 64, 24, 32


def _model(*, zeros: bool) -> bytes:
    draw = np.random.default_rng(7)
    blocks = INPUTS // BLOCK
    tensors = [
        numpy_helper.from_array(draw.integers(0, 256, (OUTPUTS, blocks, BLOCK // 2)).astype(np.uint8), "w"),
        numpy_helper.from_array(draw.uniform(0.01, 0.2, OUTPUTS * blocks).astype(np.float32), "w_scales"),
    ]
    if zeros:
        tensors.append(numpy_helper.from_array(draw.integers(0, 256, OUTPUTS).astype(np.uint8), "w_zeros"))
    node = helper.make_node(
        "MatMulNBits",
        ["x", *(tensor.name for tensor in tensors)],
        ["y"],
        domain="com.microsoft",
        K=INPUTS,
        N=OUTPUTS,
        bits=4,
        block_size=BLOCK,
    )
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, None, INPUTS])
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, None, OUTPUTS])
    graph = helper.make_graph([node], "product", [given], [result], tensors)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())


def _run(model: bytes, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    [y] = session.run(None, {"x": x})
    return np.asarray(y)


def _rows(count: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(11).normal(size=(1, count, INPUTS)).astype(np.float32)


@pytest.mark.parametrize("zeros", [True, False])
def test_the_product_is_nearly_the_same(zeros: bool) -> None:
    model, x = _model(zeros=zeros), _rows(9)
    exact = _run(model, x)
    error = np.abs(_run(in_eight_bits(model), x) - exact).max()
    assert 0 < error < 0.02 * np.abs(exact).max()


def test_a_large_row_does_not_blur_the_others() -> None:
    model, x = in_eight_bits(_model(zeros=True)), _rows(5)
    loud = x.copy()
    loud[0, 0] *= 1_000
    assert np.array_equal(_run(model, x)[0, 1:], _run(model, loud)[0, 1:])


def test_a_row_of_zeros_is_a_row_of_zeros() -> None:
    y = _run(in_eight_bits(_model(zeros=True)), np.zeros((1, 2, INPUTS), dtype=np.float32))
    assert not y.any()


def test_the_weights_of_4_bits_are_gone() -> None:
    model = _model(zeros=True)
    assert b"MatMulNBits" in model
    assert b"MatMulNBits" not in in_eight_bits(model)
