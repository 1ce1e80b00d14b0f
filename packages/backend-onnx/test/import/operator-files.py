"""Makes ONNX files of one operator each, with random shapes and attributes, in the folder argv[1], and notes what ONNX Runtime answers in answers.json.

ONNX's own node tests are thin for convolutions, poolings, resizing and recurrent networks; what ONNX Runtime lacks is asked of ONNX's reference.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(0)
answers, skipped = [], []
onnxruntime.set_default_logger_severity(4)


def normal(*shape):
    return random.normal(size=shape).astype(np.float32)


def pick(*options):
    return options[int(random.integers(len(options)))]


def listed(array):
    array = np.asarray(array)
    kind = "bool" if array.dtype == bool else "float32" if array.dtype.kind == "f" else "int32"
    # What is a byte in the file is one in Descent. JSON has no infinity: 1e39 is infinite as float32.
    numbers = np.clip(array.astype(np.float64), -1e39, 1e39)
    return {"dtype": "uint8" if array.dtype == np.uint8 else kind, "shape": list(array.shape), "data": numbers.reshape(-1).tolist()}


def case(name, operator, inputs, *, constants=None, outputs=1, opset=17, domain="", reference=False, order=None, **attributes):
    """`inputs` are fed, `constants` stand in the file; `order` names all of them as the operator takes them, with '' for what is left out."""
    constants = constants or {}
    order = order or [*inputs, *constants]
    attributes = {k: v for k, v in attributes.items() if v is not None}
    names = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(operator, order, names, name=operator, domain=domain, **attributes)
    kind = {k: helper.np_dtype_to_tensor_dtype(v.dtype) for k, v in inputs.items()}
    graph = helper.make_graph(
        [node],
        name,
        [helper.make_tensor_value_info(k, kind[k], v.shape) for k, v in inputs.items()],
        [helper.make_value_info(n, onnx.TypeProto()) for n in names],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    imports = [helper.make_opsetid("", opset), *([helper.make_opsetid(domain, 3 if domain == "ai.onnx.ml" else 1)] if domain else [])]
    model = helper.make_model(graph, opset_imports=imports, ir_version=8 if opset < 21 else 10)
    try:
        if reference:
            results = ReferenceEvaluator(model).run(None, inputs)
        else:
            results = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, inputs)
    except Exception as error:  # some attributes have no kernel
        skipped.append({"name": name, "reason": f"{type(error).__name__}: {str(error)[:200]}"})
        return
    for info, result in zip(graph.output, results, strict=True):
        info.CopyFrom(helper.make_tensor_value_info(info.name, helper.np_dtype_to_tensor_dtype(np.asarray(result).dtype), np.asarray(result).shape))
    model = helper.make_model(graph, opset_imports=imports, ir_version=8 if opset < 21 else 10)
    path = folder / f"{len(answers)}.onnx"
    path.write_bytes(model.SerializeToString())
    answers.append(
        {
            "name": name,
            "path": str(path),
            "nodes": [operator],
            "inputs": {k: listed(v) for k, v in inputs.items()},
            "outputs": {n: listed(r) for n, r in zip(names, results, strict=True)},
        }
    )


def windows(rank, size, *, half=False):
    """Random kernel sizes, steps, gaps and padding; ONNX Runtime asks for padding smaller than the kernel."""
    kernel = [int(random.integers(1, 4)) for _ in range(rank)]
    dilations = [int(random.integers(1, 3)) for _ in range(rank)]
    for i in range(rank):
        if dilations[i] * (kernel[i] - 1) + 1 > size[i]:
            dilations[i] = 1
    pads = [int(random.integers(0, k)) for k in [*kernel, *kernel]]
    return {"kernel_shape": kernel, "strides": [int(random.integers(1, 4)) for _ in range(rank)], "dilations": dilations, "pads": pads}


def moved(options):
    """The same with padding by name, where there are no gaps, since ONNX Runtime takes none then."""
    how = pick(None, None, None, "SAME_UPPER", "SAME_LOWER", "VALID")
    if how is None:
        return options
    rest = {k: v for k, v in options.items() if k not in ("pads", "dilations")}
    return {**rest, "auto_pad": how}


for i in range(40):
    rank = pick(1, 2, 2, 2, 3)
    groups = pick(1, 1, 2, 4)
    size = [int(random.integers(4, 8)) for _ in range(rank)]
    options = moved(windows(rank, size))
    out = groups * int(random.integers(1, 3))
    x, w = normal(2, 4, *size), normal(out, 4 // groups, *options["kernel_shape"])
    inputs = {"x": x, "w": w, **({"b": normal(out)} if i % 2 else {})}
    case(f"Conv {i} {options}", "Conv", inputs, group=groups, **options)

for i in range(40):
    rank = pick(1, 2, 2, 2, 3)
    groups = pick(1, 1, 2)
    size = [int(random.integers(2, 6)) for _ in range(rank)]
    options = windows(rank, [9] * rank)
    extra = pick(None, None, "padding", "shape", "auto")
    out = groups * int(random.integers(1, 3))
    if extra == "padding":
        options["output_padding"] = [int(random.integers(0, max(1, s))) for s in options["strides"]]
    if extra == "shape":
        del options["pads"]
        options["output_shape"] = [
            max(1, s * (n - 1) + (k - 1) * d + 1 - int(random.integers(0, k)))
            for n, s, k, d in zip(size, options["strides"], options["kernel_shape"], options["dilations"], strict=True)
        ]
        options["auto_pad"] = pick("NOTSET", "SAME_UPPER", "SAME_LOWER")
    if extra == "auto":
        del options["pads"]
        # ONNX Runtime makes less than ONNX asks for where windows are smaller than their steps.
        options["strides"] = [min(s, k) for s, k in zip(options["strides"], options["kernel_shape"], strict=True)]
        options["auto_pad"] = pick("SAME_UPPER", "SAME_LOWER", "VALID")
    x, w = normal(2, 4, *size), normal(4, out // groups, *options["kernel_shape"])
    inputs = {"x": x, "w": w, **({"b": normal(out)} if i % 2 else {})}
    case(f"ConvTranspose {i} {options}", "ConvTranspose", inputs, group=groups, **options)

for i in range(60):
    rank = pick(1, 2, 2, 2, 3)
    size = [int(random.integers(5, 9)) for _ in range(rank)]
    options = moved(windows(rank, size))
    operator = pick("MaxPool", "MaxPool", "AveragePool", "AveragePool", "LpPool")
    opset = {"MaxPool": 12, "AveragePool": 19, "LpPool": 18}[operator]
    more = {"ceil_mode": pick(0, 1)}
    if operator == "AveragePool":
        more["count_include_pad"] = pick(0, 1)
    if operator == "LpPool":
        more["p"] = pick(1, 2, 3)
    indices = operator == "MaxPool" and pick(True, False)
    if indices:
        more["storage_order"] = pick(0, 1)
    case(f"{operator} {i} {options} {more}", operator, {"x": normal(2, 3, *size)}, outputs=2 if indices else 1, opset=opset, **options, **more)
case("GlobalLpPool", "GlobalLpPool", {"x": normal(2, 3, 4, 5)}, p=3)
case("LRN", "LRN", {"x": normal(2, 6, 3, 3)}, size=5, alpha=0.3, beta=0.6, bias=1.5)

MODES = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize"]
ROUNDS = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]
for i in range(60):
    mode = pick("nearest", "linear", "cubic")
    coordinates = pick(*MODES) if mode != "nearest" else pick(*MODES, "half_pixel_symmetric")
    opset = pick(11, 13, 18, 19) if coordinates != "half_pixel_symmetric" else 19
    size = [1, 2, int(random.integers(3, 7)), int(random.integers(3, 7))]
    options = {"mode": mode, "coordinate_transformation_mode": coordinates}
    if mode == "nearest":
        options["nearest_mode"] = pick(*ROUNDS)
    if mode == "cubic":
        options["cubic_coeff_a"] = pick(-0.75, -0.5)
        options["exclude_outside"] = pick(0, 1)
    if coordinates == "tf_crop_and_resize":
        options["extrapolation_value"] = 0.5
    target = [1, 2, int(random.integers(1, 12)), int(random.integers(1, 12))]
    if coordinates == "tf_crop_and_resize":
        # ONNX Runtime cuts nothing out of an axis that keeps its size.
        target = [t + (t == s) * (i > 1) for i, (t, s) in enumerate(zip(target, size, strict=True))]
    constants = {"roi": np.array([0, 0, 0.1, 0.2, 1, 1, 0.9, 1.2] if coordinates == "tf_crop_and_resize" else [], np.float32)}
    # Scales with whole results, since engines differ about others with align_corners.
    if pick(True, False):
        constants["scales"] = np.array([t / s for t, s in zip(target, size, strict=True)], np.float32)
        order = ["x", "roi", "scales"]
    else:
        constants["scales"] = np.array([], np.float32)
        constants["sizes"] = np.array(target, np.int64)
        order = ["x", "roi", "scales", "sizes"]
    case(f"Resize {i} {size} {target} {options}", "Resize", {"x": normal(*size)}, constants=constants, order=order, opset=opset, **options)
for scales in ([1, 1, 2, 3], [1, 1, 1.5, 0.7]):
    for mode in ("nearest", "linear"):
        values = np.array(scales, np.float32)
        case(f"Resize 10 {mode} {scales}", "Resize", {"x": normal(1, 2, 4, 5)}, constants={"scales": values}, opset=10, mode=mode)
        if min(scales) >= 1:
            case(f"Upsample 9 {mode} {scales}", "Upsample", {"x": normal(1, 2, 4, 5)}, constants={"scales": values}, opset=9, mode=mode)
            case(f"Upsample 7 {mode} {scales}", "Upsample", {"x": normal(1, 2, 4, 5)}, opset=7, mode=mode, scales=[float(v) for v in scales])
case("Resize axes", "Resize", {"x": normal(1, 2, 4, 5)}, constants={"s": np.array([6, 7], np.int64)}, order=["x", "", "", "s"], opset=18, axes=[2, 3], mode="linear")
for policy in ("not_larger", "not_smaller"):
    case(f"Resize {policy}", "Resize", {"x": normal(1, 1, 4, 6)}, constants={"s": np.array([7, 8], np.int64)}, order=["x", "", "", "s"], opset=18, axes=[2, 3], mode="nearest", keep_aspect_ratio_policy=policy)

for i in range(16):
    mode, padding = pick("bilinear", "nearest", "bicubic"), pick("zeros", "border", "reflection")
    grid = (random.uniform(-1.6, 1.6, size=(2, 3, 4, 2))).astype(np.float32)
    case(f"GridSample {i} {mode} {padding}", "GridSample", {"x": normal(2, 3, 4, 5), "grid": grid}, opset=16, mode=mode, padding_mode=padding, align_corners=pick(0, 1))

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
for i in range(36):
    operator = ["LSTM", "GRU", "RNN"][i % 3]
    direction = pick("forward", "reverse", "bidirectional")
    d = 2 if direction == "bidirectional" else 1
    time, batch, width, hidden = 5, 3, 4, int(random.integers(2, 5))
    g = GATES[operator] * hidden
    inputs = {"x": normal(time, batch, width), "w": normal(d, g, width), "r": normal(d, g, hidden)}
    order = ["x", "w", "r"]
    order.append("b" if pick(True, False) else "")
    if order[-1]:
        inputs["b"] = normal(d, 2 * g)
    order.append("lengths" if pick(True, False) else "")
    if order[-1]:
        inputs["lengths"] = np.array([5, 2, 3], np.int32)
    order.append("h" if pick(True, False) else "")
    if order[-1]:
        inputs["h"] = normal(d, batch, hidden)
    options = {"hidden_size": hidden, "direction": direction}
    if operator == "LSTM":
        order.append("c" if pick(True, False) else "")
        if order[-1]:
            inputs["c"] = normal(d, batch, hidden)
        if pick(True, False):
            inputs["p"] = normal(d, 3 * hidden)
            order.append("p")
        if pick(True, False, False):
            options["input_forget"] = 1
    if operator == "GRU":
        options["linear_before_reset"] = pick(0, 1)
    if pick(True, False, False):
        names = {"LSTM": ["HardSigmoid", "Softsign", "Tanh"], "GRU": ["HardSigmoid", "LeakyRelu"], "RNN": ["Relu"]}[operator]
        options["activations"] = names * d
        if operator != "RNN":
            options["activation_alpha"] = ([0.25] if operator == "LSTM" else [0.25, 0.1]) * d
            options["activation_beta"] = [0.4] * d
    while order[-1] == "":
        order.pop()
    case(f"{operator} {i} {options} {order}", operator, inputs, order=order, outputs=3 if operator == "LSTM" else 2, opset=14, **options)

for opset, count in ((18, 2), (21, 6)):
    case(f"GroupNormalization {opset}", "GroupNormalization", {"x": normal(2, 6, 4), "s": normal(count), "b": normal(count)}, opset=opset, num_groups=2, epsilon=1e-3)
case("RMSNormalization", "RMSNormalization", {"x": normal(2, 3, 4), "s": normal(4)}, opset=23, epsilon=1e-3, reference=True)
case("LayerNormalization 3", "LayerNormalization", {"x": normal(2, 3, 4), "s": normal(3, 4), "b": normal(3, 4)}, outputs=3, axis=1)
for p in (1, 2):
    case(f"LpNormalization {p}", "LpNormalization", {"x": normal(2, 3, 4)}, axis=1, p=p)
case("MeanVarianceNormalization", "MeanVarianceNormalization", {"x": normal(2, 3, 4, 5)}, axes=[0, 3])
case("BatchNormalization 9", "BatchNormalization", {"x": normal(2, 3, 4), "s": normal(3), "b": normal(3), "m": normal(3), "v": normal(3) ** 2}, opset=9, epsilon=1e-3)
contrib = {"domain": "com.microsoft"}
case("SkipLayerNormalization", "SkipLayerNormalization", {"x": normal(2, 3, 4), "k": normal(2, 3, 4), "s": normal(4), "b": normal(4), "c": normal(4)}, epsilon=1e-3, **contrib)
case("SkipSimplifiedLayerNormalization", "SkipSimplifiedLayerNormalization", {"x": normal(2, 3, 4), "k": normal(2, 3, 4), "s": normal(4)}, epsilon=1e-3, **contrib)
case("Gelu", "Gelu", {"x": normal(3, 4)}, **contrib)
case("QuickGelu", "QuickGelu", {"x": normal(3, 4)}, alpha=1.5, **contrib)
case("BiasGelu", "BiasGelu", {"x": normal(3, 4), "b": normal(4)}, **contrib)
case("FastGelu", "FastGelu", {"x": normal(3, 4), "b": normal(4)}, **contrib)
case("FusedMatMul", "FusedMatMul", {"a": normal(2, 4, 3), "b": normal(2, 5, 4)}, transA=1, transB=1, alpha=0.5, **contrib)
case("FusedMatMul batch", "FusedMatMul", {"a": normal(4, 2, 3), "b": normal(2, 3, 5)}, transBatchA=1, **contrib)

for i in range(10):
    heads, kv, length, keys, width = pick((4, 4), (4, 2))[0], pick(2, 4), 3, pick(3, 5), 4
    mask = pick(None, "float", "bool", "short")
    inputs = {"q": normal(2, length, heads * width), "k": normal(2, keys, kv * width), "v": normal(2, keys, kv * width)}
    order = ["q", "k", "v"]
    if mask == "float":
        inputs["m"] = normal(2, 1, length, keys)
    if mask == "bool":
        inputs["m"] = random.uniform(size=(length, keys)) < 0.7
    if mask == "short":
        inputs["m"] = normal(length, keys - 1)
    order = [*order, *(["m"] if mask else [])]
    options = {"q_num_heads": heads, "kv_num_heads": kv, "is_causal": pick(0, 1), "softcap": pick(0.0, 2.0), "scale": pick(None, 0.3)}
    case(f"Attention {i} {mask} {options}", "Attention", inputs, order=order, opset=23, reference=True, **options)
q, k, v, pk, pv = normal(2, 4, 3, 4), normal(2, 2, 3, 4), normal(2, 2, 3, 5), normal(2, 2, 6, 4), normal(2, 2, 6, 5)
for mode in range(4):
    case(f"Attention past {mode}", "Attention", {"q": q, "k": k, "v": v, "pk": pk, "pv": pv}, order=["q", "k", "v", "", "pk", "pv"], outputs=4, opset=23, reference=True, is_causal=1, softcap=3.0 if mode else 0.0, qk_matmul_output_mode=mode)

x, bias = [normal(2, 3, 8) for _ in range(3)], normal(24)
mha = {"q": x[0], "k": x[1], "v": x[2]}
case("MultiHeadAttention", "MultiHeadAttention", mha, num_heads=2, **contrib)
case("MultiHeadAttention bias", "MultiHeadAttention", {**mha, "b": bias}, num_heads=2, scale=0.4, **contrib)
mask = np.array([[1, 1, 0], [1, 1, 1]], np.int32)
case("MultiHeadAttention mask", "MultiHeadAttention", {**mha, "m": mask, "a": normal(1, 2, 3, 3)}, order=["q", "k", "v", "", "m", "a"], num_heads=2, **contrib)
case("MultiHeadAttention causal", "MultiHeadAttention", mha, num_heads=2, unidirectional=1, **contrib)

for interleaved in (0, 1):
    for part in (0, 4):
        half = (part or 8) // 2
        tables = {"c": normal(6, half), "s": normal(6, half)}
        at = np.array([[0, 1, 2], [3, 4, 5]], np.int64)
        case(f"RotaryEmbedding {interleaved} {part}", "RotaryEmbedding", {"x": normal(2, 2, 3, 8), **tables, "at": at}, opset=23, reference=True, interleaved=interleaved, rotary_embedding_dim=part)
    tables = {"c": normal(2, 3, 4), "s": normal(2, 3, 4)}
    case(f"RotaryEmbedding flat {interleaved}", "RotaryEmbedding", {"x": normal(2, 3, 16), **tables}, opset=23, reference=True, interleaved=interleaved, num_heads=2)
    tables = {"c": normal(8, 4), "s": normal(8, 4)}
    case(f"RotaryEmbedding contrib {interleaved}", "RotaryEmbedding", {"x": normal(2, 3, 16), "at": np.array([2], np.int64), **tables}, interleaved=interleaved, **contrib)

for bits, zero in ((4, False), (4, True), (8, True)):
    n, k, block = 5, 40, 16
    blocks = -(-k // block)
    constants = {"w": random.integers(0, 256, size=(n, blocks, block * bits // 8)).astype(np.uint8), "s": np.abs(normal(n * blocks))}
    if zero:
        constants["z"] = random.integers(0, 256, size=(n * -(-blocks * bits // 8),)).astype(np.uint8)
    case(f"MatMulNBits {bits} {zero}", "MatMulNBits", {"x": normal(3, k)}, constants=constants, K=k, N=n, bits=bits, block_size=block, **contrib)


def whole(low, high, shape, kind):
    return random.integers(low, high, size=shape).astype(kind)


for kind, low, high in ((np.uint8, 0, 256), (np.int8, -128, 128)):
    x = normal(2, 3, 4) * 3
    name = np.dtype(kind).name
    case(f"QuantizeLinear {name}", "QuantizeLinear", {"x": x}, constants={"s": np.float32(0.05), "z": kind(3)})
    case(f"QuantizeLinear axis {name}", "QuantizeLinear", {"x": x}, constants={"s": np.abs(normal(3)) * 0.1 + 0.01, "z": whole(-3 if low else 0, 9, 3, kind)}, axis=1)
    case(f"DequantizeLinear {name}", "DequantizeLinear", {"x": whole(low, high, (2, 3, 4), kind)}, constants={"s": np.abs(normal(4)), "z": whole(0, 9, 4, kind)}, axis=-1)
    case(f"MatMulInteger {name}", "MatMulInteger", {"a": whole(0, 256, (2, 3, 4), np.uint8), "b": whole(low, high, (4, 5), kind)}, constants={"az": np.uint8(7), "bz": whole(0, 9, 5, kind)}, order=["a", "b", "az", "bz"])
    scalars = {"xs": np.float32(0.02), "xz": np.uint8(100), "w": whole(low, high, (4, 3, 3, 3), kind), "ws": np.abs(normal(4)) * 0.02, "wz": np.zeros(4, kind), "ys": np.float32(0.3), "yz": np.uint8(120), "b": whole(-999, 999, 4, np.int32)}
    case(f"QLinearConv {name}", "QLinearConv", {"x": whole(0, 256, (2, 3, 6, 6), np.uint8)}, constants=scalars, pads=[1, 0, 1, 2], strides=[2, 1])
    case(f"ConvInteger {name}", "ConvInteger", {"x": whole(0, 256, (2, 3, 6, 6), np.uint8), "w": whole(0, 256, (4, 3, 3, 3), np.uint8)}, constants={"xz": np.uint8(5)}, pads=[1, 1, 0, 0])
    scalars = {"as": np.float32(0.02), "az": kind(3), "b": whole(low, high, (4, 5), kind), "bs": np.float32(0.03), "bz": kind(1), "ys": np.float32(0.2), "yz": kind(9)}
    case(f"QLinearMatMul {name}", "QLinearMatMul", {"a": whole(low, high, (3, 4), kind)}, constants=scalars)
blocked = {"s": np.abs(normal(2, 2, 4)), "z": whole(0, 9, (2, 2, 4), np.uint8)}
case("DequantizeLinear blocks", "DequantizeLinear", {"x": whole(0, 256, (2, 5, 4), np.uint8)}, constants=blocked, opset=21, axis=1, block_size=3)

for largest in (0, 1):
    for axis in (0, 1, -1):
        x = np.round(normal(4, 5, 6) * 2)
        case(f"TopK {largest} {axis}", "TopK", {"x": x}, constants={"k": np.array([3], np.int64)}, outputs=2, opset=11, axis=axis, largest=largest)
case("TopK distinct", "TopK", {"x": normal(2, 6)}, constants={"k": np.array([4], np.int64)}, outputs=2, opset=11)
x = random.integers(-(2**31), 2**31 - 1, size=(3, 7)).astype(np.int32)
x[0, :4] = [-(2**31), 2**31 - 1, 5, -(2**31)]
case("TopK integers", "TopK", {"x": x}, constants={"k": np.array([7], np.int64)}, outputs=2, opset=11, largest=0)
case("TopK infinite", "TopK", {"x": np.array([[1, -np.inf, -np.inf, 2]], np.float32)}, constants={"k": np.array([3], np.int64)}, outputs=2, opset=11)
indices = np.array([[0, -1], [2, 0], [0, 2]], np.int64)
for reduction in ("none", "add", "mul", "max", "min"):
    updates = {"d": normal(3, 4, 2), "u": normal(3, 2)}
    # Places named twice have no order where nothing is joined.
    repeated = indices if reduction == "none" else np.array([[0, 1], [2, 0], [0, 1]], np.int64)
    case(f"ScatterND known {reduction}", "ScatterND", updates, constants={"i": repeated}, order=["d", "i", "u"], opset=18, reduction=reduction)
    case(f"ScatterND fed {reduction}", "ScatterND", {**updates, "i": repeated}, order=["d", "i", "u"], opset=18, reduction=reduction)
    at = np.array([[0, 2, -1], [1, 0, 1]], np.int64)
    case(f"ScatterElements known {reduction}", "ScatterElements", {"d": normal(3, 4), "u": normal(2, 3)}, constants={"i": at}, order=["d", "i", "u"], opset=18, axis=1, reduction=reduction)
    case(f"ScatterElements fed {reduction}", "ScatterElements", {"d": normal(3, 4), "u": normal(2, 3), "i": at}, order=["d", "i", "u"], opset=18, axis=0, reduction=reduction) if reduction != "none" else None

for reduction in ("mean", "sum", "none"):
    scores, classes = normal(3, 5, 2), whole(0, 5, (3, 2), np.int64)
    for ignored in (None, 2):
        case(f"SoftmaxCrossEntropyLoss {reduction} {ignored}", "SoftmaxCrossEntropyLoss", {"x": scores, "y": classes, "w": np.abs(normal(5))}, outputs=2, reduction=reduction, ignore_index=ignored)
        case(f"NegativeLogLikelihoodLoss {reduction} {ignored}", "NegativeLogLikelihoodLoss", {"x": scores, "y": classes}, reduction=reduction, ignore_index=ignored)

ml = {"domain": "ai.onnx.ml"}
case("Scaler", "Scaler", {"x": normal(4, 3)}, offset=[0.5, 1.0, -1.0], scale=[2.0, 0.5, 3.0], **ml)
for norm in ("MAX", "L1", "L2"):
    case(f"Normalizer {norm}", "Normalizer", {"x": np.abs(normal(4, 3))}, norm=norm, **ml)
case("LinearRegressor", "LinearRegressor", {"x": normal(4, 3)}, coefficients=[float(v) for v in normal(6)], intercepts=[0.5, -0.5], targets=2, **ml)
for post in ("NONE", "LOGISTIC", "SOFTMAX"):
    case(f"LinearClassifier {post}", "LinearClassifier", {"x": normal(4, 3)}, outputs=2, coefficients=[float(v) for v in normal(9)], intercepts=[0.5, -0.5, 0.1], classlabels_ints=[4, 7, 9], post_transform=post, **ml)


def trees_of(ensemble, prefix, weights):
    """The attributes of trees that scikit-learn has grown; `weights` gives what a leaf adds, as pairs of a result and a number."""
    out = {f"nodes_{k}": [] for k in ["nodeids", "treeids", "modes", "truenodeids", "falsenodeids", "featureids", "values"]}
    leaves = {f"{prefix}_{k}": [] for k in ["treeids", "nodeids", "ids", "weights"]}
    for t, tree in enumerate(ensemble):
        grown = tree.tree_
        for n in range(grown.node_count):
            leaf = grown.children_left[n] < 0
            values = [n, t, "LEAF" if leaf else "BRANCH_LEQ", max(0, int(grown.children_left[n])), max(0, int(grown.children_right[n])), max(0, int(grown.feature[n])), float(grown.threshold[n])]
            for key, value in zip(out, values, strict=True):
                out[key].append(value)
            for result, weight in weights(grown.value[n][0]) if leaf else []:
                for key, value in zip(leaves, [t, n, result, float(weight)], strict=True):
                    leaves[key].append(value)
    return {**out, **leaves}


try:
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor

    x = normal(80, 4)
    y = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.3)
    forest = RandomForestClassifier(6, max_depth=4, random_state=0).fit(x, y).estimators_
    attributes = trees_of(forest, "class", lambda v: enumerate(v / v.sum() / 6))
    case("TreeEnsembleClassifier", "TreeEnsembleClassifier", {"x": x[:20]}, outputs=2, classlabels_int64s=[3, 5, 8], **attributes, **ml)
    for post in ("NONE", "SOFTMAX"):
        case(f"TreeEnsembleClassifier {post}", "TreeEnsembleClassifier", {"x": x[:20]}, outputs=2, classlabels_int64s=[0, 1, 2], post_transform=post, base_values=[0.1, 0.2, 0.3], **attributes, **ml)
    boosted = GradientBoostingClassifier(n_estimators=5, random_state=0).fit(x, y > 0).estimators_[:, 0]
    attributes = trees_of(boosted, "class", lambda v: [(0, v[0])])
    for post in ("LOGISTIC", "NONE"):
        case(f"TreeEnsembleClassifier one score {post}", "TreeEnsembleClassifier", {"x": x[:20]}, outputs=2, classlabels_int64s=[0, 1], post_transform=post, **attributes, **ml)
    attributes = trees_of(forest[:2], "class", lambda v: [(0, v[1] / v.sum() / 2)])
    case("TreeEnsembleClassifier shares", "TreeEnsembleClassifier", {"x": x[:20]}, outputs=2, classlabels_int64s=[0, 1], **attributes, **ml)
    grown = RandomForestRegressor(4, max_depth=3, random_state=0).fit(x, x[:, 2]).estimators_
    attributes = trees_of(grown, "target", lambda v: [(0, v[0])])
    for how in ("SUM", "AVERAGE"):
        case(f"TreeEnsembleRegressor {how}", "TreeEnsembleRegressor", {"x": x[:20]}, n_targets=1, aggregate_function=how, base_values=[0.5], **attributes, **ml)
except ImportError as error:
    skipped.append({"name": "TreeEnsemble", "reason": str(error)})

(folder / "answers.json").write_text(json.dumps({"answers": answers, "missing": skipped}))
print(len(answers), "cases;", len(skipped), "that ONNX Runtime does not take")
for entry in skipped:
    print(entry["name"], entry["reason"])
