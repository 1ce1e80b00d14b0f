"""Runs the files of argv[2], a list of cases as JSON, with the program argv[1] and prints a JSON list of what each says: "" where it gives the numbers of the case."""

import json
import sys
from pathlib import Path

import numpy as np


def checker():
    import onnx
    from onnx import shape_inference

    def run(path, inputs, names):
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        known = {info.name for info in [*inferred.graph.value_info, *inferred.graph.output]}
        missing = [name for node in inferred.graph.node for name in node.output if name not in known]
        if missing:
            raise ValueError(f"no shapes for {missing}")
        return None

    return run


def evaluator():
    from onnx.reference import ReferenceEvaluator

    return lambda path, inputs, names: ReferenceEvaluator(path).run(names, inputs)


def runtime():
    import onnxruntime

    return lambda path, inputs, names: onnxruntime.InferenceSession(path).run(names, inputs)


def opencv():
    import cv2

    def run(path, inputs, names):
        net = cv2.dnn.readNetFromONNX(path)
        for name, value in inputs.items():
            net.setInput(value, name)
        return net.forward(names)

    return run


def array(given):
    return np.array(given["data"], dtype=given["dtype"]).reshape(given["shape"])


def says(run, case):
    inputs = {name: array(given) for name, given in case["inputs"].items()}
    try:
        found = run(case["path"], inputs, list(case["outputs"]))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if found is None:
        return ""
    for (name, wanted), got in zip(case["outputs"].items(), found):
        wanted = array(wanted)
        if got.shape != wanted.shape:
            return f"{name}: {got.shape} instead of {wanted.shape}"
        if not np.allclose(got, wanted, rtol=1e-5, atol=case["tolerance"]):
            return f"{name}: off by {np.abs(got - wanted).max()}"
    return ""


programs = {"checker": checker, "evaluator": evaluator, "runtime": runtime, "opencv": opencv}
run = programs[sys.argv[1]]()
print(json.dumps([says(run, case) for case in json.loads(Path(sys.argv[2]).read_text())]))
