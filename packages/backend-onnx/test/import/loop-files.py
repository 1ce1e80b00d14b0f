"""Makes ONNX files with Loop, Scan and If, of random sizes, in the folder argv[1] (with --torch, of PyTorch as well), and notes in answers.json what ONNX Runtime and ONNX's reference answer."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper, parser
from onnx.reference import ReferenceEvaluator

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(0)
answers, skipped, agreed = [], [], []
onnxruntime.set_default_logger_severity(4)


def normal(*shape):
    return random.normal(size=shape).astype(np.float32)


def size(low=1, high=5):
    return int(random.integers(low, high + 1))


def pick(*options):
    return options[int(random.integers(len(options)))]


def listed(array):
    array = np.asarray(array)
    kind = "bool" if array.dtype == bool else "float32" if array.dtype.kind == "f" else "int32"
    return {"dtype": kind, "shape": list(array.shape), "data": array.astype(np.float64).reshape(-1).tolist()}


def run(model, inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"]).run(None, inputs)


def expect_reference(model, inputs, results):
    """ONNX's reference knows Scan along the first axes alone, and joins what a Loop keeps of its steps in another way: the rest is compared."""
    try:
        answered = ReferenceEvaluator(model).run(None, inputs)
    except Exception:
        return
    for mine, theirs in zip(results, answered, strict=True):
        if mine.shape == np.asarray(theirs).shape:
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)
            agreed.append(1)


def case(name, text, inputs, weights=None, *, loops=1, opset=17, other=None, expected=None):
    """`loops`: how many loops the network has, in and outside of others; 0 where its steps are written out. `other`: inputs of another size."""
    inputs = {k: np.asarray(v) for k, v in inputs.items()}
    model = parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}]>\n{text}')
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(v), k) for k, v in (weights or {}).items())
    try:
        onnx.checker.check_model(model)
        results = run(model, inputs)
        if expected is None:
            expect_reference(model, inputs, results)
        else:
            np.testing.assert_allclose(results[0], expected, rtol=1e-4, atol=1e-5)
    except Exception as error:
        skipped.append({"name": name, "reason": f"{type(error).__name__}: {str(error)[:300]}"})
        return
    path = folder / f"{len(answers)}.onnx"
    path.write_bytes(model.SerializeToString())
    answers.append(
        {
            "name": name,
            "path": str(path),
            "nodes": ["Loop"],
            "inputs": {k: listed(v) for k, v in inputs.items()},
            "outputs": {o.name: listed(r) for o, r in zip(model.graph.output, results, strict=True)},
            "loops": loops,
            "other": None if other is None else {"inputs": {k: listed(v) for k, v in other.items()}, "outputs": {o.name: listed(r) for o, r in zip(model.graph.output, run(model, other), strict=True)}},
        }
    )


def shape(*sizes):
    return ",".join(str(s) for s in sizes)


# Scan: axes, directions, several inputs and outputs, captured weights.
for i in range(30):
    t, b, h = size(1, 6), size(), size()
    place = [pick(0, 1, -1), pick(0, 1, 2, -2)]
    ways = pick([0, 0], [1, 1], [0, 1], [1, 0])
    outs = [pick(0, 1, 2, -1), pick(0, 1)]
    out_ways = [pick(0, 1), pick(0, 1)]

    def put(at, rank_shape):
        at = at + len(rank_shape) + 1 if at < 0 else at
        return [*rank_shape[:at], t, *rank_shape[at:]]

    one, two = put(place[0], [b, h]), put(place[1], [b, h])
    case(
        f"Scan {i}: axes {place} {outs}, directions {ways} {out_ways}, {t} steps",
        f"""g (float[{shape(b, h)}] s, float[{shape(*one)}] x, float[{shape(*two)}] z) => (float[{shape(b, h)}] last, float y, float q)
        {{ last, y, q = Scan <num_scan_inputs = 2, scan_input_axes = {place}, scan_input_directions = {ways}, scan_output_axes = {outs}, scan_output_directions = {out_ways},
          body = step (float[b,h] before, float[b,h] a, float[b,h] c) => (float[b,h] after, float[b,h] kept, float[b] other) {{
            m = MatMul (before, w)
            n = Add (m, a)
            p = Mul (n, c)
            after = Tanh (p)
            kept = Identity (after)
            axes = Constant <value_ints = [1]> ()
            other = ReduceSum <keepdims = 0> (p, axes)
          }}> (s, x, z) }}""".replace("float y", f"float[{shape(*put(outs[0], [b, h]))}] y").replace("float q", f"float[{shape(*put(outs[1], [b]))}] q"),
        {"s": normal(b, h), "x": normal(*one), "z": normal(*two)},
        {"w": normal(h, h)},
    )

for i in range(6):
    t, b, h = size(2, 6), size(), size()
    case(
        f"Scan with an open axis {i}",
        f"""g (float[t,b,{h}] x) => (float[b,{h}] last, float[t,b,{h}] y)
        {{ batch = Shape <start = 1, end = 2> (x)
           wide = Constant <value_ints = [{h}]> ()
           sizes = Concat <axis = 0> (batch, wide)
           s = ConstantOfShape (sizes)
           last, y = Scan <num_scan_inputs = 1, scan_input_directions = [{i % 2}], scan_output_directions = [{i // 2 % 2}],
             body = step (float[b,h] before, float[b,h] a) => (float[b,h] after, float[b,h] kept) {{
               m = Gemm <transB = 1> (before, w, v)
               n = Add (m, a)
               after = Tanh (n)
               kept = Sub (after, before)
             }}> (s, x) }}""",
        {"x": normal(t, b, h)},
        {"w": normal(h, h), "v": normal(h)},
        other={"x": normal(t + 3, b + 1, h)},
    )

for i in range(4):
    t, b, h = size(2, 5), size(), size()
    ways = [i % 2, i // 2 % 2]
    case(
        f"Scan of opset 8, {t} steps, directions {ways}",
        f"""g (float[{shape(b, h)}] s, float[{shape(b, t, h)}] x, float[{shape(b, t, h)}] z) => (float[{shape(b, h)}] last, float[{shape(b, t, h)}] y)
        {{ last, y = Scan <num_scan_inputs = 2, directions = {ways},
             body = step (float[h] before, float[h] a, float[h] c) => (float[h] after, float[h] kept) {{
               p = Mul (before, a)
               after = Add (p, c)
               kept = Identity (after)
             }}> ("", s, x, z) }}""",
        {"s": normal(b, h), "x": normal(b, t, h), "z": normal(b, t, h)},
        opset=8,
        loops=2,
    )

# Loop over the entries of an input, forwards, backwards, every second, of another axis, with a counter of its own.
ENTRIES = [
    ("forwards", "at = Identity (i)", 0, 0),
    ("backwards", "at = Sub (lastplace, i)", 0, 0),
    ("from the end", "neg = Neg (i)\n at = Sub (neg, one)", 0, 0),
    ("one later", "at = Add (i, one)", 0, 1),
    ("along another axis", "at = Identity (i)", 1, 0),
    ("as an axis", "zeros = Constant <value_ints = [0]> ()\n at = Unsqueeze (i, zeros)", 0, 0),
    ("every second", "at = Mul (i, two)", 0, -1),
]
for i in range(21):
    what, place, axis, more = ENTRIES[i % len(ENTRIES)]
    t, b, h = size(2, 6), size(), size()
    length = 2 * t if more < 0 else t + more
    x = [b, length, h] if axis == 1 else [length, b, h]
    entry = f"entry = Gather <axis = {axis}> (x, at)"
    squeeze = "flat = Squeeze (entry, zeros)" if "Unsqueeze" in place else "flat = Identity (entry)"
    case(
        f"Loop {what} {i}, {t} steps",
        f"""g (float[{shape(*x)}] x, float[{shape(b, h)}] s) => (float[{shape(b, h)}] last, float[{shape(t, b, h)}] y)
        {{ yes = Constant <value = bool {{1}}> ()
           steps = Constant <value_int = {t}> ()
           lastplace = Constant <value_int = {length - 1}> ()
           one = Constant <value_int = 1> ()
           two = Constant <value_int = 2> ()
           last, y = Loop (steps, yes, s) <
             body = step (int64 i, bool go, float[b,h] before) => (bool goes, float[b,h] after, float[b,h] kept) {{
               goes = Identity (go)
               {place}
               {entry}
               {squeeze}
               m = MatMul (before, w)
               n = Add (m, flat)
               after = Tanh (n)
               kept = Mul (after, flat)
             }}> }}""",
        {"x": normal(*x), "s": normal(b, h)},
        {"w": normal(h, h)},
    )

for i in range(4):
    t, b, h = size(2, 6), size(), size()
    place = ["at = Identity (i)", "at = Sub (lastplace, i)"][i % 2]
    case(
        f"Loop with an open axis {i}",
        f"""g (float[t,b,{h}] x) => (float[b,{h}] last, float[n,b,{h}] y)
        {{ sizes = Shape (x)
           zero = Constant <value_int = 0> ()
           one = Constant <value_int = 1> ()
           steps = Gather (sizes, zero)
           lastplace = Sub (steps, one)
           yes = Constant <value = bool {{1}}> ()
           rest = Constant <value_ints = [{h}]> ()
           batch = Shape <start = 1, end = 2> (x)
           all = Concat <axis = 0> (batch, rest)
           s = ConstantOfShape (all)
           last, y = Loop (steps, yes, s) <
             body = step (int64 i, bool go, float[b,h] before) => (bool goes, float[b,h] after, float[b,h] kept) {{
               goes = Identity (yes)
               {place}
               entry = Gather (x, at)
               m = MatMul (before, w)
               n = Add (m, entry)
               after = Tanh (n)
               kept = Identity (after)
             }}> }}""",
        {"x": normal(t, b, h)},
        {"w": normal(h, h)},
        other={"x": normal(t + 3, b + 1, h)},
    )

# While loops that count, as torch.while_loop makes them; the state they count with is used as a number.
for i in range(8):
    start, step = int(random.integers(-3, 4)), pick(1, 2, 3)
    end = start + int(random.integers(0, 9))
    test, after_test = pick(("Less", "Less"), ("LessOrEqual", "LessOrEqual"))
    case(
        f"while {start} {test} {end} by {step}",
        f"""g (float[2,3] x) => (float[2,3] y, int64 n)
        {{ begin = Constant <value_int = {start}> ()
           end = Constant <value_int = {end}> ()
           by = Constant <value_int = {step}> ()
           first = {test} (begin, end)
           n, y = Loop ("", first, begin, x) <
             body = step (int64 i, bool go, int64 before, float[2,3] a) => (bool goes, int64 after, float[2,3] b) {{
               after = Add (before, by)
               f = Cast <to = 1> (before)
               m = MatMul (a, w)
               q = Add (m, f)
               b = Tanh (q)
               goes = {after_test} (after, end)
             }}> }}""",
        {"x": normal(2, 3)},
        {"w": normal(3, 3)},
        loops=None,
    )

# Loops that end when the numbers say so, with a known bound.
for i in range(12):
    bound, limit = size(3, 12), [0.02, 0.3, 1.5, 0.0][i % 4]
    how = ["bound by M", "bound by And", "bound by If"][i % 3]
    goes = {
        "bound by M": "goes = Greater (most, limit)",
        "bound by And": "g = Greater (most, limit)\n l = Less (n, end)\n goes = And (g, l)",
        "bound by If": """g = Greater (most, limit)
            goes = If (g) <then_branch = t () => (bool o) { o = Less (n, end) }, else_branch = e () => (bool o2) { o2 = Constant <value = bool {0}> () }>""",
    }[how]
    m = "end" if how == "bound by M" else '""'
    case(
        f"Loop until small {i}, {how} of {bound}, limit {limit}",
        f"""g (float[2,3] x) => (float[2,3] y, int64 count)
        {{ begin = Constant <value_int = 0> ()
           end = Constant <value_int = {bound}> ()
           one = Constant <value_int = 1> ()
           limit = Constant <value_float = {limit}> ()
           ab = Abs (x)
           top = ReduceMax <keepdims = 0> (ab)
           first = Greater (top, limit)
           count, y = Loop ({m}, first, begin, x) <
             body = step (int64 i, bool go, int64 before, float[2,3] a) => (bool goes, int64 n, float[2,3] b) {{
               n = Add (before, one)
               p = Mul (a, w)
               s = Sqrt (eps)
               b = Add (p, s)
               c = Abs (b)
               most = ReduceMax <keepdims = 0> (c)
               {goes}
             }}> }}""",
        {"x": normal(2, 3)},
        {"w": (normal(2, 3) * 0.3).astype(np.float32), "eps": np.float32(1e-6).reshape(1)},
    )

# Loops whose number of steps is fed.
for i in range(4):
    bound = size(3, 8)
    case(
        f"Loop of a number of steps that is fed, below {bound}",
        f"""g (int64 m, float[2,3] x) => (float[2,3] y)
        {{ end = Constant <value_int = {bound}> ()
           one = Constant <value_int = 1> ()
           yes = Constant <value = bool {{1}}> ()
           y = Loop (m, yes, x) <
             body = step (int64 i, bool go, float[2,3] a) => (bool goes, float[2,3] b) {{
               p = Mul (a, w)
               b = Tanh (p)
               n = Add (i, one)
               goes = Less (n, end)
             }}> }}""",
        {"m": np.int64([0, 2, bound, bound + 3][i]), "x": normal(2, 3)},
        {"w": normal(2, 3)},
    )

# If, of what is fed: numbers, divisions by 0 and places beyond the end in the branch that is not taken, loops in branches.
for i in range(12):
    kind = i % 4
    then, other = [
        ("o = Mul (x, w)", "o2 = Div (x, w)"),
        ("z = Sub (x, x)\n d = Div (x, z)\n o = Sqrt (d)", "o2 = Exp (x)"),
        ("at = Constant <value_int = 1> ()\n k = Add (n, at)\n e = Gather <axis = 0> (x, k)\n o = Add (x, e)", "o2 = Neg (x)"),
        ("d = Div (n, none)\n f = Cast <to = 1> (d)\n o = Add (x, f)", "o2 = Neg (x)"),
    ][kind]
    sign = 1 if kind == 0 and i % 3 else -1
    case(
        f"If {i}",
        f"""g (float[2,3] x, int64 n, int64 none) => (float[2,3] y)
        {{ zero = Constant <value_float = 0.0> ()
           total = ReduceSum <keepdims = 0> (x)
           test = Greater (total, zero)
           y = If (test) <then_branch = t () => (float[2,3] o) {{ {then} }}, else_branch = e () => (float[2,3] o2) {{ {other} }}> }}""",
        {"x": (np.abs(normal(2, 3)) * sign).astype(np.float32), "n": np.int64(7 if kind == 2 else 3), "none": np.int64(0)},
        {"w": normal(2, 3)} if kind == 0 else {},
        loops=0,
    )

for i in range(4):
    t = size(2, 5)
    case(
        f"Scan in If in Loop {i}",
        f"""g (float[{t},3] x, float[3] s) => (float[3] y, float[4,3] z)
        {{ four = Constant <value_int = 4> ()
           two = Constant <value_int = 2> ()
           zero = Constant <value_float = 0.0> ()
           y, z = Loop (four, "", s) <
             body = step (int64 i, bool go, float[3] before) => (bool goes, float[3] after, float[3] kept) {{
               goes = Identity (go)
               sum = ReduceSum <keepdims = 0> (before)
               test = Greater (sum, zero)
               after = If (test) <
                 then_branch = t () => (float[3] o) {{
                   o, all = Scan <num_scan_inputs = 1, body = inner (float[3] a, float[3] e) => (float[3] b, float[3] k) {{
                     p = Mul (a, e)
                     f = Cast <to = 1> (i)
                     q = Sub (p, f)
                     b = Tanh (q)
                     k = Identity (b)
                   }}> (before, x)
                 }},
                 else_branch = e () => (float[3] o2) {{ r = Neg (before)
                   o2 = Add (r, w) }}>
               kept = Mul (after, before)
             }}> }}""",
        {"x": normal(t, 3), "s": normal(3)},
        {"w": normal(3)},
        loops=2,
    )

for i in range(4):
    n, m = size(2, 4), size(2, 4)
    rows, state = normal(n, m), np.float32(random.normal())
    # ONNX's reference gives the loop inside the number of the step outside.
    expected = state
    for row in range(n):
        for column in range(m):
            expected = np.tanh(expected * rows[row, column] + rows[row, column])
    case(
        f"Loop in Loop over rows and columns {i}",
        f"""g (float[{n},{m}] x, float s) => (float y)
        {{ rows = Constant <value_int = {n}> ()
           columns = Constant <value_int = {m}> ()
           y = Loop (rows, "", s) <
             body = outer (int64 i, bool go, float a) => (bool goes, float b) {{
               goes = Identity (go)
               row = Gather <axis = 0> (x, i)
               b = Loop (columns, "", a) <
                 body = inner (int64 j, bool go2, float c) => (bool goes2, float d) {{
                   goes2 = Identity (go2)
                   v = Gather <axis = 0> (row, j)
                   column = Gather <axis = 1> (x, j)
                   w = Gather <axis = 0> (column, i)
                   p = Mul (c, v)
                   q = Add (p, w)
                   d = Tanh (q)
                 }}>
             }}> }}""",
        {"x": rows, "s": state},
        loops=2,
        expected=expected,
    )

# What is written out: states that grow, places that no line names.
for i in range(3):
    t = size(2, 5)
    case(
        f"Loop that grows {i}",
        f"""g (float[1,3] x) => (float[{2 ** t},3] y)
        {{ steps = Constant <value_int = {t}> ()
           y = Loop (steps, "", x) <
             body = step (int64 i, bool go, float[a,3] before) => (bool goes, float[b,3] after) {{
               goes = Identity (go)
               e = Tanh (before)
               after = Concat <axis = 0> (before, e)
             }}> }}""",
        {"x": normal(1, 3)},
        loops=0,
    )

for i in range(3):
    t = size(3, 7)
    case(
        f"Loop over places modulo 3 {i}",
        f"""g (float[3,2] x, float[2] s) => (float[2] y, bool[{t}] odd)
        {{ steps = Constant <value_int = {t}> ()
           three = Constant <value_int = 3> ()
           one = Constant <value_int = 1> ()
           y, odd = Loop (steps, "", s) <
             body = step (int64 i, bool go, float[2] before) => (bool goes, float[2] after, bool o) {{
               goes = Identity (go)
               at = Mod (i, three)
               e = Gather (x, at)
               p = Mul (before, e)
               after = Tanh (p)
               o = Equal (at, one)
             }}> }}""",
        {"x": normal(3, 2), "s": normal(2)},
    )



def from_torch(name, module, x, axes, *, loops, other=None, scripted=True):
    """What PyTorch makes of a network: of a scripted one by the older exporter, else by torch.export."""
    path = folder / f"{len(answers)}.onnx"
    module.eval()
    try:
        if scripted:
            torch.onnx.export(torch.jit.script(module), (torch.from_numpy(x),), str(path), dynamo=False, opset_version=17, input_names=["x"], dynamic_axes={"x": axes} if axes else None)
        else:
            shapes = ({at: torch.export.Dim(axis) for at, axis in axes.items()},) if axes else None
            torch.onnx.export(module, (torch.from_numpy(x),), dynamo=True, dynamic_shapes=shapes, verbose=False).save(str(path))
    except Exception as error:
        skipped.append({"name": name, "reason": f"{type(error).__name__}: {str(error)[:300]}"})
        return
    model = onnx.load(path)
    inputs = {model.graph.input[0].name: x}
    results = run(model, inputs)
    with torch.no_grad():
        wanted = module(torch.from_numpy(x))
    for mine, theirs in zip(results, wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-4, atol=1e-5)
    again = None if other is None else {model.graph.input[0].name: other}
    answers.append(
        {
            "name": f"PyTorch, {name}",
            "path": str(path),
            "nodes": ["Loop"],
            "inputs": {k: listed(v) for k, v in inputs.items()},
            "outputs": {o.name: listed(r) for o, r in zip(model.graph.output, results, strict=True)},
            "loops": loops,
            "other": None if again is None else {"inputs": {k: listed(v) for k, v in again.items()}, "outputs": {o.name: listed(r) for o, r in zip(model.graph.output, run(model, again), strict=True)}},
        }
    )


torch = None
if "--torch" in sys.argv:
    import torch

if torch is not None:
    import torch_loops

    series, longer = normal(4, 2, 3), normal(7, 3, 3)
    both = {0: "time", 1: "batch"}
    from_torch("a scripted loop that appends", torch_loops.Appending(), series, both, loops=1, other=longer)
    from_torch("a scripted loop backwards", torch_loops.Backwards(), series, both, loops=1, other=longer)
    from_torch("a scripted LSTM over unbind", torch_loops.OwnLSTM(), series, both, loops=1)
    from_torch("a scripted branch", torch_loops.Branch(), series[0], {0: "batch"}, loops=0)
    from_torch("a scripted loop with a break", torch_loops.Break(), series[0], {0: "batch"}, loops=1)
    from_torch("a scripted while", torch_loops.While(), 3 * series[0], None, loops=1)
    from_torch("torch.cond", torch_loops.Cond(), series[0], {0: "batch"}, loops=0, scripted=False)
    from_torch("torch scan", torch_loops.Scan(), series, both, loops=1, other=longer, scripted=False)
    from_torch("torch while_loop", torch_loops.WhileLoop(), series[0], {0: "batch"}, loops=1, scripted=False)

(folder / "answers.json").write_text(json.dumps({"answers": answers, "missing": skipped, "agreed": len(agreed)}))
