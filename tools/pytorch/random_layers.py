"""A random layer, with a random input: what PyTorch computes of it, and its gradients."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dice import Refused, each, lib, ours

torch.backends.mha.set_fastpath_enabled(False)


class Made(nn.Module):
    """A function as a module, beside the parameters of another."""

    def __init__(self, f, inner=None):
        super().__init__()
        self.f = f
        if inner is not None:
            self.__dict__["inner"] = inner
            for name, p in inner.named_parameters():
                self.register_parameter(name, p)

    def forward(self, x):
        return self.f(x)


def images(d, rank, channels, longest):
    return lib.values(d.randint(1, 3), channels, *d.sizes(rank, 1, longest[rank - 1]))


def from_last(sides, rank):
    """PyTorch pads from the last axis on: `[top, left, bottom, right]` → `[left, right, top, bottom]`."""
    return [n for i in reversed(range(rank)) for n in (sides[i], sides[i + rank])]


def channels(d):
    groups = d.choice([1, 1, 2, 3])
    return groups * d.randint(1, 3), groups * d.randint(1, 3), groups


def convolution(d):
    rank = d.randint(1, 3)
    ins, outs, groups = channels(d)
    kernel, dilation, stride = d.some(rank, 1, 4), d.some(rank, 1, 3), d.some(rank, 1, 4)
    kind = d.choice(["number", "number", "sides", "same", "valid"])
    padding = {"number": d.some(rank, 0, 4), "sides": d.sizes(2 * rank, 0, 3)}.get(kind, kind)
    stride = 1 if padding == "same" else stride
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "bias": d.chance(0.7)}
    x = images(d, rank, ins, (11, 7, 5))
    module = [nn.Conv1d, nn.Conv2d, nn.Conv3d][rank - 1](ins, outs, kernel, **{**options, "padding": 0 if kind == "sides" else padding})
    if kind == "sides":
        inner = module.double()
        module = Made(lambda a: F.pad(a, from_last(padding, rank)), inner)
        module.f = lambda a: inner(F.pad(a, from_last(padding, rank)))
    return f"conv{rank}d", [ins, outs, kernel], module, x, ours(options), None


def transposed(d):
    rank = d.randint(1, 2)
    ins, outs, groups = channels(d)
    options = {"stride": d.some(rank, 1, 4), "padding": d.some(rank, 0, 3), "output_padding": d.some(rank, 0, 3), "dilation": d.some(rank, 1, 3)}
    options |= {"groups": groups, "bias": d.chance(0.7)}
    kernel = d.some(rank, 1, 4)
    module = [nn.ConvTranspose1d, nn.ConvTranspose2d][rank - 1](ins, outs, kernel, **options)
    return f"convTranspose{rank}d", [ins, outs, kernel], module, images(d, rank, ins, (8, 5)), ours(options), None


def pooling(d):
    rank, kind = d.randint(1, 3), d.choice(["max", "avg"])
    options = {"padding": d.some(rank, 0, 2), "ceil_mode": d.chance(0.5)}
    if d.chance(0.7):
        options["stride"] = d.some(rank, 1, 4)
    options |= {"dilation": d.some(rank, 1, 3)} if kind == "max" else {"count_include_pad": d.chance(0.5)}
    kernel = d.some(rank, 1, 4)
    module = getattr(nn, f"{kind.capitalize()}Pool{rank}d")(kernel, **options)
    x = images(d, rank, d.randint(1, 3), (11, 8, 5))
    if not torch.isfinite(module(x)).all():
        raise Refused
    return f"{kind}Pool{rank}d", [kernel], module, x, ours(options), None


def adaptive(d):
    rank, kind = d.randint(1, 2), d.choice(["Max", "Avg"])
    size = d.some(rank, 1, 7)
    return f"adaptive{kind}Pool{rank}d", [size], getattr(nn, f"Adaptive{kind}Pool{rank}d")(size), images(d, rank, d.randint(1, 3), (13, 9)), {}, None


def batch_norm(d):
    kind = d.randint(1, 3)
    rank = d.randint(0, 1) if kind == 1 else kind
    options = {"eps": d.choice([1e-5, 0.01, 0.5]), "momentum": d.choice([0.1, 0, 1, 0.37, None])}
    options |= {"affine": d.chance(0.6), "track_running_stats": d.chance(0.7)}
    x = lib.values(d.randint(1, 4), d.randint(1, 4), *d.sizes(rank, 1, 4))
    return f"batchNorm{kind}d", [x.shape[1]], counting(getattr(nn, f"BatchNorm{kind}d")(x.shape[1], **options)), x, ours(options), None


def counting(norm):
    """The counter of batches, which PyTorch needs for `momentum=None` alone, as a number that is recorded."""
    if norm.momentum is None and norm.track_running_stats:
        norm.num_batches_tracked = torch.zeros(())
    return norm


def instance_norm(d):
    rank = d.randint(1, 2)
    options = {"eps": d.choice([1e-5, 0.01, 0.5]), "momentum": d.choice([0.1, 0, 1, 0.37])}
    options |= {"affine": d.chance(0.6), "track_running_stats": d.chance(0.5)}
    x = images(d, rank, d.randint(1, 4), (6, 4))
    return f"instanceNorm{rank}d", [x.shape[1]], getattr(nn, f"InstanceNorm{rank}d")(x.shape[1], **options), x, ours(options), None


def group_norm(d):
    groups, per = d.sizes(2, 1, 3)
    options = {"eps": d.choice([1e-5, 0.1]), "affine": d.chance(0.6)}
    x = lib.values(d.randint(1, 3), groups * per, *d.sizes(d.randint(0, 3), 1, 3))
    return "groupNorm", [groups, groups * per], nn.GroupNorm(groups, groups * per, **options), x, ours(options), None


def layer_norm(d):
    x = lib.values(d.randint(1, 3), *d.sizes(d.randint(1, 3), 1, 4))
    last = d.randint(1, x.dim() - 1)
    shape = list(x.shape[-last:])
    given = shape[0] if last == 1 and d.chance(0.5) else shape
    options = {"eps": d.choice([1e-5, 0.1]), "elementwise_affine": d.chance(0.6), "bias": d.chance(0.6)}
    return "layerNorm", [given], nn.LayerNorm(given, **options), x, ours(options), None


def rms_norm(d):
    x = lib.values(d.randint(1, 3), *d.sizes(d.randint(1, 3), 1, 4))
    last = d.randint(1, x.dim() - 1)
    options = {"eps": d.choice([None, 1e-3, 0.2]), "elementwise_affine": d.chance(0.6)}
    shape = list(x.shape[-last:])
    module = nn.RMSNorm(shape, **options)
    # PyTorch takes the epsilon of the type, which Descent computes in: float32.
    module.eps = 2.0**-23 if options["eps"] is None else options["eps"]
    return "rmsNorm", [shape], module, x, ours({k: v for k, v in options.items() if v is not None}), None


def table(d, rows):
    options = {"padding_idx": d.randint(0, rows - 1)} if d.chance(0.5) else {}
    return options | ({"max_norm": d.choice([0.3, 1, 2.5]), "norm_type": d.choice([2, 1, 2.5, float("inf")])} if d.chance(0.4) else {})


def told(options):
    """JSON has no infinity: the option is left to those that have one."""
    if options.get("norm_type") == float("inf"):
        raise Refused
    return ours(options)


def embedding(d):
    rows, features = d.randint(1, 6), d.randint(1, 4)
    options = table(d, rows) | {"scale_grad_by_freq": d.chance(0.3)}
    x = lib.ints(lib.rng.integers(0, rows, d.sizes(d.randint(1, 3), 1, 4)).tolist())
    module = nn.Embedding(rows, features, **options)
    return "embedding", [rows, features], module, x, told(options), None


def embedding_bag(d):
    rows, features = d.randint(1, 6), d.randint(1, 4)
    options = table(d, rows) | {"mode": d.choice(["sum", "mean", "max"])}
    batch, n = d.sizes(2, 1, 5)
    x = lib.ints(lib.rng.integers(0, rows, (batch, n)).tolist())
    module = nn.EmbeddingBag(rows, features, **options)
    if d.chance(0.4):
        return "embeddingBag", [rows, features], module, x, told(options), None
    x = {"x": x, "lengths": lib.ints(d.sizes(batch, 0, n))}
    if options["mode"] == "sum" and d.chance(0.5):
        x["perSampleWeights"] = lib.values(batch, n)

    def call(m, given):
        lengths = given["lengths"].tolist()
        flat = lambda t: torch.cat([row[:k] for row, k in zip(t, lengths)])  # noqa: E731
        weights = given.get("perSampleWeights")
        offsets = torch.tensor([sum(lengths[:i]) for i in range(batch)])
        return m(flat(given["x"]), offsets, None if weights is None else flat(weights))

    return "embeddingBag", [rows, features], module, x, told(options), call


def recurrent(d):
    kind = d.choice(["rnn", "lstm", "gru"])
    inputs, hidden, batch, time = d.randint(1, 4), d.randint(1, 4), d.randint(1, 4), d.randint(1, 6)
    both, layers, gives = d.chance(0.5), d.choice([1, 1, 2, 3]), d.choice(["sequence", "last"])
    options = {"bias": d.chance(0.7), "num_layers": layers, "bidirectional": both}
    if kind == "rnn":
        options["nonlinearity"] = d.choice(["tanh", "relu"])
    module = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind](inputs, hidden, batch_first=True, **options)
    shape = (layers * (2 if both else 1), batch, hidden)
    x = {"x": lib.values(batch, time, inputs)}
    if d.chance(0.5):
        x["h"] = lib.values(*shape)
        if kind == "lstm":
            x["c"] = lib.values(*shape)
    if d.chance(0.6):
        x["lengths"] = lib.ints(d.sizes(batch, 1, time))

    def call(m, given):
        first = None if "h" not in given else (given["h"], given["c"]) if kind == "lstm" else given["h"]
        if "lengths" in given:
            packed = pack_padded_sequence(given["x"], given["lengths"], batch_first=True, enforce_sorted=False)
            output, states = m(packed, first)
            output, _ = pad_packed_sequence(output, batch_first=True, total_length=time)
        else:
            output, states = m(given["x"], first)
        h = states[0] if kind == "lstm" else states
        return output if gives == "sequence" else torch.cat(list(h[-2 if both else -1 :]), -1)

    return kind, [inputs, hidden], module, x, {**ours(options), "return": gives}, call


def mask_of(d, *shape):
    """True where a query may not look. Whole rows are masked seldom: PyTorch gives NaN there, and that is skipped."""
    return torch.tensor(lib.rng.random(shape) < d.choice([0.2, 0.5]))


def attention(d):
    heads, width = d.randint(1, 3), d.randint(1, 3)
    embed, batch, queries, keys = heads * width, d.randint(1, 3), d.randint(1, 4), d.randint(1, 5)
    options = {"bias": d.chance(0.7)}
    x = {"query": lib.values(batch, queries, embed)}
    if d.chance(0.6):
        if d.chance(0.4):
            options |= {"kdim": d.randint(1, 5), "vdim": d.randint(1, 5)}
        x["key"] = lib.values(batch, keys, options.get("kdim", embed))
        x["value"] = lib.values(batch, keys, options.get("vdim", embed))
    else:
        keys = queries
    if d.chance(0.4):
        x["keyPaddingMask"] = mask_of(d, batch, keys) if d.chance(0.7) else lib.values(batch, keys)
    if d.chance(0.4):
        shape = d.choice([(queries, keys), (batch * heads, queries, keys)])
        is_float = "keyPaddingMask" in x and x["keyPaddingMask"].dtype == torch.float64
        x["attnMask"] = lib.values(*shape) if is_float or d.chance(0.3) else mask_of(d, *shape)
        if x["attnMask"].dtype == torch.float64 and "keyPaddingMask" in x and x["keyPaddingMask"].dtype == torch.bool:
            x["keyPaddingMask"] = lib.values(batch, keys)

    is_causal = "attnMask" not in x and "keyPaddingMask" not in x and queries == keys and d.chance(0.5)

    def call(m, given):
        key = given.get("key", given["query"])
        masks = {"key_padding_mask": given.get("keyPaddingMask"), "attn_mask": given.get("attnMask")}
        if is_causal:
            masks["attn_mask"] = torch.ones(queries, keys, dtype=torch.bool).triu(1)
        return m(given["query"], key, given.get("value", key), need_weights=False, **masks)[0]

    module = nn.MultiheadAttention(embed, heads, batch_first=True, **options)
    return "multiheadAttention", [embed, heads], module, x, {**ours(options), **({"causal": True} if is_causal else {})}, call


def transformer(d):
    heads, width, batch, time = d.randint(1, 2), d.randint(1, 3), d.randint(1, 2), d.randint(1, 4)
    lib.seed(d.randint(0, 2**30))  # Coarse numbers lie on the bends of relu.
    size, is_decoder = heads * width, d.chance(0.5)
    options = {"dim_feedforward": d.randint(1, 6), "dropout": 0, "activation": d.choice(["relu", "gelu"]), "norm_first": d.chance(0.5)}
    options |= {"bias": d.chance(0.7), "layer_norm_eps": d.choice([1e-5, 0.1])}
    kind = "Decoder" if is_decoder else "Encoder"
    module = getattr(nn, f"Transformer{kind}Layer")(size, heads, batch_first=True, **options)
    masks = {}
    if is_decoder:
        memory = d.randint(1, 4)
        x = {"tgt": lib.values(batch, time, size), "memory": lib.values(batch, memory, size)}
        masks = {"tgtMask": (time, time), "memoryMask": (time, memory), "tgtKeyPaddingMask": (batch, time), "memoryKeyPaddingMask": (batch, memory)}
    else:
        x = {"src": lib.values(batch, time, size)}
        masks = {"srcMask": (time, time), "srcKeyPaddingMask": (batch, time)}
    x |= {name: mask_of(d, *shape) for name, shape in masks.items() if d.chance(0.3)}

    def call(m, g):
        if is_decoder:
            return m(g["tgt"], g["memory"], g.get("tgtMask"), g.get("memoryMask"), g.get("tgtKeyPaddingMask"), g.get("memoryKeyPaddingMask"))
        return m(g["src"], g.get("srcMask"), g.get("srcKeyPaddingMask"))

    return f"transformer{kind}Layer", [size, heads], module, x, {**ours(options), "causal": False}, call


def transformers(d):
    """Layers one behind the other, with or without a norm at the end; decoders are causal unless told otherwise."""
    heads, width, batch, time, memory = d.randint(1, 2), d.randint(1, 3), d.randint(1, 2), d.randint(1, 4), d.randint(1, 4)
    lib.seed(d.randint(0, 2**30))
    size, is_decoder, count, causal = heads * width, d.chance(0.5), d.randint(1, 3), d.chance(0.6)
    options = {"dim_feedforward": d.randint(1, 5), "dropout": 0, "norm_first": d.chance(0.5)}
    kind = "Decoder" if is_decoder else "Encoder"
    one = getattr(nn, f"Transformer{kind}Layer")(size, heads, batch_first=True, **options)
    norm = nn.LayerNorm(size) if d.chance(0.5) else None
    more = {} if is_decoder else {"enable_nested_tensor": False}
    module = getattr(nn, f"Transformer{kind}")(one, count, norm, **more)
    x = {"tgt": lib.values(batch, time, size), "memory": lib.values(batch, memory, size)} if is_decoder else {"src": lib.values(batch, time, size)}
    mask = nn.Transformer.generate_square_subsequent_mask(time).double() if causal else None

    def call(m, g):
        return m(g["tgt"], g["memory"], mask) if is_decoder else m(g["src"], mask)

    inner = {"layer": f"transformer{kind}Layer", "args": [size, heads], "options": {**ours(options), "causal": causal}}
    last = [] if norm is None else [{"layer": "layerNorm", "args": [size], "options": {}}]
    return f"transformer{kind}", [inner, count, *last], module, x, {}, call


def activation(d):
    a = round(d.uniform(0.05, 3), 2)
    name, args, options, module = d.choice(
        [
            ("relu", [], {}, nn.ReLU()), ("relu6", [], {}, nn.ReLU6()), ("leakyRelu", [a], {}, nn.LeakyReLU(a)), ("elu", [a], {}, nn.ELU(a)),
            ("celu", [a], {}, nn.CELU(a)), ("selu", [], {}, nn.SELU()), ("gelu", [], {}, nn.GELU()), ("silu", [], {}, nn.SiLU()),
            ("gelu", [], {"approximate": "tanh"}, nn.GELU("tanh")), ("mish", [], {}, nn.Mish()), ("softsign", [], {}, nn.Softsign()),
            ("softplus", [], {"beta": a, "threshold": d.choice([20, 1])}, None), ("logSigmoid", [], {}, nn.LogSigmoid()),
            ("hardtanh", [-a, a / 2], {}, nn.Hardtanh(-a, a / 2)), ("hardsigmoid", [], {}, nn.Hardsigmoid()), ("hardswish", [], {}, nn.Hardswish()),
            ("sigmoid", [], {}, nn.Sigmoid()), ("tanh", [], {}, nn.Tanh()),
        ]
    )
    if module is None:
        module = nn.Softplus(**options)
    reach = d.choice([2, 8, 60])
    return name, args, module, lib.values(*d.sizes(d.randint(1, 4), 1, 4), low=-reach, high=reach), options, None


def along(d):
    x = lib.values(*d.sizes(d.randint(2, 4), 1, 5))
    axis = d.randint(-x.dim(), x.dim() - 1)
    name = d.choice(["softmax", "logSoftmax", "glu"])
    if axis % x.dim() == 0 or (name == "glu" and x.shape[axis] % 2 != 0):
        raise Refused
    return name, [], {"softmax": nn.Softmax, "logSoftmax": nn.LogSoftmax, "glu": nn.GLU}[name](axis), x, {"axis": axis}, None


def prelu(d):
    x = images(d, d.randint(1, 3), d.randint(1, 3), (4, 3, 2))
    count = d.choice([1, x.shape[1]])
    return "prelu", [], nn.PReLU(count), x, {"numParameters": count}, None


def linear(d):
    ins, outs, bias = d.randint(1, 5), d.randint(1, 5), d.chance(0.7)
    return "linear", [ins, outs], nn.Linear(ins, outs, bias), lib.values(*d.sizes(d.randint(1, 3), 1, 4), ins), {"bias": bias}, None


def pad(d):
    rank, mode = d.randint(1, 3), d.choice(["constant", "reflect", "replicate", "circular"])
    x = images(d, rank, d.randint(1, 2), (6, 4, 3))
    sides = d.sizes(2 * rank, 0, 3)
    pads, value = from_last(sides, rank), d.choice([0, 1.5, -2]) if mode == "constant" else 0
    f = (lambda a: F.pad(a, pads, mode, value)) if mode == "constant" else (lambda a: F.pad(a, pads, mode))
    return "pad", [sides], Made(f), x, {"mode": mode, "value": value}, None


def upsample(d):
    rank = d.randint(1, 3)
    mode = d.choice(["nearest", ["linear", "bilinear", "trilinear"][rank - 1]])
    x = images(d, rank, d.randint(1, 2), (8, 6, 4))
    given = {"size": d.some(rank, 1, 9)} if d.chance(0.5) else {"scale_factor": d.choice([1, 2, 3, 1.5, 0.5, 2.3, 0.7, round(d.uniform(0.3, 4), 3)])}
    if "scale_factor" in given and d.chance(0.5):
        given["scale_factor"] = [round(d.uniform(0.4, 3), 2) for _ in range(rank)]
    options = {**given, "mode": mode, **({} if mode == "nearest" else {"align_corners": d.chance(0.5)})}
    if mode == "nearest" and "scale_factor" in given:
        factors = each(given["scale_factor"], rank)
        # Where a factor gives the same or twice the size without being 1 or 2, PyTorch's kernels differ from each other, forward from backward, too.
        if any(int(n * f) in (n, 2 * n) and f not in (1, 2) for n, f in zip(x.shape[2:], factors)):
            raise Refused
    module = nn.Upsample(**{k: tuple(v) if isinstance(v, list) else v for k, v in options.items()})
    return "upsample", [], module, x, ours(options), None


def shapes(d):
    r, (h, w), c = d.randint(1, 3), d.sizes(2, 1, 3), d.randint(1, 3)
    kind = d.choice(["shuffle", "unshuffle", "flatten", "permute"])
    if kind == "shuffle":
        return "pixelShuffle", [r], nn.PixelShuffle(r), lib.values(2, c * r * r, h, w), {}, None
    if kind == "unshuffle":
        return "pixelUnshuffle", [r], nn.PixelUnshuffle(r), lib.values(2, c, h * r, w * r), {}, None
    x = lib.values(*d.sizes(4, 1, 3))
    if kind == "permute":
        order = [0, *d.sample([1, 2, 3], 3)]
        return "permute", [order], Made(lambda a: a.permute(*order)), x, {}, None
    return "flatten", [], nn.Flatten(), x, {}, None


def parametrized(d):
    rank = d.randint(0, 2)
    ins, outs, groups = channels(d)
    kernel, transposed = d.some(max(rank, 1), 1, 3), rank > 0 and d.chance(0.3)
    if rank == 0:
        inner, call, x = nn.Linear(ins, outs), {"layer": "linear", "args": [ins, outs], "options": {}}, lib.values(2, ins)
    else:
        make = getattr(nn, f"ConvTranspose{rank}d" if transposed else f"Conv{rank}d")
        inner = make(ins, outs, kernel, groups=groups)
        name = f"convTranspose{rank}d" if transposed else f"conv{rank}d"
        call = {"layer": name, "args": [ins, outs, kernel], "options": {"groups": groups}}
        x = lib.values(2, ins, *d.sizes(rank, 3, 5))
    if d.chance(0.5):
        dim = d.choice([None, 0, 1])
        return "weightNorm", [call], weight_norm(inner, dim=dim), x, {"dim": dim}, None
    dim = None if d.chance(0.6) else d.randint(0, 1)
    options = {"n_power_iterations": d.randint(1, 3), "eps": d.choice([1e-12, 0.1])}
    module = spectral_norm(inner, dim=dim, **options)
    return "spectralNorm", [call], module, x, {**ours(options), **({} if dim is None else {"dim": dim})}, None


class Adapted(nn.Module):
    """A weight with a product of two small ones beside it (LoRA)."""

    def __init__(self, inner, rank, alpha):
        super().__init__()
        self.weight, self.bias, self.scale = inner.weight, inner.bias, alpha / rank
        out, *rest = inner.weight.shape
        self.lora_A = nn.ParameterDict({"weight": torch.zeros(rank, *rest)})
        self.lora_B = nn.ParameterDict({"weight": torch.zeros(out, rank, *[1 for _ in rest[1:]])})

    def forward(self, x):
        a, b = self.lora_A["weight"], self.lora_B["weight"]
        weight = self.weight + self.scale * (b.flatten(1) @ a.flatten(1)).reshape(self.weight.shape)
        return {2: F.linear, 3: F.conv1d, 4: F.conv2d, 5: F.conv3d}[weight.dim()](x, weight, self.bias)


def adapted(d):
    ins, outs, rank, axes = d.randint(1, 5), d.randint(1, 5), d.randint(1, 3), d.randint(0, 3)
    options = {"rank": rank, "alpha": d.choice([1, 4, 0.5])}
    kind, kernel = ("linear", []) if axes == 0 else (f"conv{axes}d", [d.some(axes, 1, 3)])
    inner = nn.Linear(ins, outs) if axes == 0 else getattr(nn, f"Conv{axes}d")(ins, outs, *kernel)
    x = lib.values(2, ins) if axes == 0 else lib.values(2, ins, *d.sizes(axes, 3, 5))
    return "lora", [{"layer": kind, "args": [ins, outs, *kernel], "options": {}}, {"kind": kind}], Adapted(inner, rank, options["alpha"]), x, options, None


def recomputed(d):
    """The same numbers, whatever is computed again for the backward pass."""
    name, args, module, x, options, call = d.choice([convolution, batch_norm, recurrent, attention, transformer, transformers, embedding_bag])(d)
    return "checkpoint", [{"layer": name, "args": args, "options": options}], module, x, {}, call


KINDS = [convolution] * 4 + [transposed] * 3 + [pooling] * 4 + [adaptive] * 2 + [batch_norm] * 2 + [instance_norm, group_norm, layer_norm, rms_norm]
KINDS += [embedding, embedding_bag] + [recurrent] * 3 + [attention] * 3 + [transformer] * 2 + [transformers] * 2 + [activation] * 2 + [along, prelu, linear, pad, pad]
KINDS += [upsample, upsample, shapes, parametrized, adapted, adapted, recomputed, recomputed]


def make(d, names):
    kinds = [k for k in KINDS if not names or k.__name__ in names]
    name, args, module, x, options, call = d.choice(kinds)(d)
    entries = []
    lib.layer(entries, name, name, args, module, x, options, call, reach=d.choice([2.0, 0.7]))
    for given in (entries[0]["y"], entries[0]["evaluated"]):
        if any(v == "NaN" for v in given["data"]):
            raise Refused
    return entries[0]
