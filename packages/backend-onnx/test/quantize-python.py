"""Quantises a file with onnxruntime.quantization, as its documentation has it, and prints what came out as JSON.

usage: python quantize-python.py float.onnx samples.f32 output.onnx per_channel
"""
import json
import sys

import numpy
import onnx
from onnx import numpy_helper
from onnxruntime import InferenceSession
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

source, samples, output, per_channel = sys.argv[1:5]
session = InferenceSession(source, providers=["CPUExecutionProvider"])
shape = [d if isinstance(d, int) else -1 for d in session.get_inputs()[0].shape]
x = numpy.fromfile(samples, numpy.float32).reshape(shape)


class Reader(CalibrationDataReader):
    def __init__(self):
        self.rows = iter([{session.get_inputs()[0].name: x[i : i + 1]} for i in range(len(x))])

    def get_next(self):
        return next(self.rows, None)


quantize_static(
    source,
    output,
    Reader(),
    quant_format=QuantFormat.QDQ,
    activation_type=QuantType.QUInt8,
    weight_type=QuantType.QInt8,
    per_channel=per_channel == "1",
    calibrate_method=CalibrationMethod.MinMax,
)
constants = {t.name: numpy_helper.to_array(t) for t in onnx.load(output).graph.initializer}
answer = InferenceSession(output, providers=["CPUExecutionProvider"]).run(None, {session.get_inputs()[0].name: x})[0]
print(json.dumps({
    "scales": {name: numpy.atleast_1d(value).astype(float).tolist() for name, value in constants.items() if name.endswith("_scale")},
    "zeroPoints": {name: numpy.atleast_1d(value).astype(int).tolist() for name, value in constants.items() if name.endswith("_zero_point")},
    "output": answer.astype(float).ravel().tolist(),
}))
