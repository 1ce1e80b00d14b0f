"""A random loss of random outputs and targets, and its gradients, as PyTorch computes them."""

import torch
import torch.nn.functional as F
from torch import nn

from dice import Refused, lib, ours

exact, ints, values = lib.exact, lib.ints, lib.values


def weights(d, n):
    return [d.choice([0, 0.25, 1, 1.5, 3]) for _ in range(n)]


def tensor_or_none(w):
    return None if w is None else exact(w)


def shape(d, low=1, high=4):
    return d.sizes(d.randint(2, 4), low, high)


def reduced(d, make):
    """`module, options`: the mean over elements, or that of the sums of samples."""
    if d.chance(0.6):
        return make("mean"), {}
    module = make("sum")
    return lambda x, y: module(x, y) / y.shape[0], {"reduction": "batchMean"}


def of_values(d):
    name = d.choice(["mse", "l1", "smoothL1", "huber"])
    parameter = round(d.uniform(0.05, 3), 2)
    own, options = {"mse": (nn.MSELoss, {}), "l1": (nn.L1Loss, {}), "smoothL1": (nn.SmoothL1Loss, {"beta": d.choice([0, parameter])}), "huber": (nn.HuberLoss, {"delta": parameter})}[name]
    module, more = reduced(d, lambda r: own(reduction=r, **options))
    s = shape(d)
    return name, module, values(*s), values(*s), options | more, None


def of_classes(d):
    """crossEntropy and nll of labels, with all options together; PyTorch has the classes at axis 1."""
    batch, classes, places = d.randint(1, 5), d.randint(2, 5), d.sizes(d.randint(0, 2), 1, 3)
    weight = weights(d, classes) if d.chance(0.5) else None
    ignored = d.choice([None, -100, -1, 255, 0, classes - 1])
    y = torch.tensor(lib.rng.integers(0, classes, [batch, *places]))
    if ignored is not None:
        y[torch.tensor(lib.rng.random(y.shape) < 0.4)] = ignored
    smoothing = d.choice([0, 0, 0.1, 0.5, 1])
    name = d.choice(["crossEntropy", "nll"])
    settings = {"weight": tensor_or_none(weight), **({} if ignored is None else {"ignore_index": ignored})}
    options = {} if weight is None else {"weight": weight}
    options |= {} if ignored is None else {"ignoreIndex": ignored}
    options |= {"classAxis": 1} if places else {}
    x = values(batch, classes, *places, low=-3, high=3 if name == "crossEntropy" else 0)
    module = nn.NLLLoss(**settings)
    if name == "crossEntropy":
        module = nn.CrossEntropyLoss(label_smoothing=smoothing, **settings)
        options |= {"labelSmoothing": smoothing}
    if torch.isnan(module(x, y)):
        raise Refused("nothing is counted")
    return name, module, x, y, options, None


def of_probabilities(d):
    batch, classes, places = d.randint(1, 4), d.randint(2, 5), d.sizes(d.randint(0, 2), 1, 3)
    weight = weights(d, classes) if d.chance(0.5) else None
    smoothing = d.choice([0, 0.1, 1])
    p = exact(lib.rng.dirichlet([1] * classes, [batch, *places])).movedim(-1, 1)
    options = {"labelSmoothing": smoothing, **({"weight": weight} if weight else {}), **({"classAxis": 1} if places else {})}
    return "crossEntropy", nn.CrossEntropyLoss(tensor_or_none(weight), label_smoothing=smoothing), values(batch, classes, *places), p, options, None


def multi_margin(d):
    batch, classes = d.randint(1, 5), d.randint(2, 6)
    weight = weights(d, classes) if d.chance(0.5) else None
    options = {"p": d.choice([1, 2]), "margin": d.choice([0, 0.3, 1, 4])}
    module = nn.MultiMarginLoss(weight=tensor_or_none(weight), **options)
    y = torch.tensor(lib.rng.integers(0, classes, batch))
    return "multiMargin", module, values(batch, classes), y, options | ({"weight": weight} if weight else {}), None


def yes_no(d):
    s = shape(d)
    y = exact(lib.rng.integers(0, 2, s)) if d.chance(0.6) else values(*s, low=0, high=1)
    name = d.choice(["bce", "bceWithLogits"])
    weight = weights(d, s[-1]) if d.chance(0.5) else None
    positive = weights(d, s[-1]) if name == "bceWithLogits" and d.chance(0.5) else None
    options = {**({"weight": weight} if weight else {}), **({"posWeight": positive} if positive else {})}
    if name == "bce":
        module, more = reduced(d, lambda r: nn.BCELoss(tensor_or_none(weight), reduction=r))
        return name, module, values(*s, low=0.01, high=0.99), y, options | more, None
    module, more = reduced(d, lambda r: nn.BCEWithLogitsLoss(tensor_or_none(weight), pos_weight=tensor_or_none(positive), reduction=r))
    return name, module, values(*s, low=-30 if d.chance(0.2) else -3, high=3), y, options | more, None


def columns(d):
    s, kind = d.sizes(2, 1, 5), d.choice(["softMargin", "multiLabelSoftMargin", "multiLabelMargin"])
    if kind == "softMargin":
        module, more = reduced(d, lambda r: nn.SoftMarginLoss(reduction=r))
        s = shape(d)
        return kind, module, values(*s), exact(lib.rng.integers(0, 2, s) * 2 - 1), more, None
    if kind == "multiLabelSoftMargin":
        weight = weights(d, s[-1]) if d.chance(0.5) else None
        module = nn.MultiLabelSoftMarginLoss(tensor_or_none(weight))
        return kind, module, values(*s), exact(lib.rng.integers(0, 2, s)), {"weight": weight} if weight else {}, None
    rows = [[d.randint(0, s[1] - 1) if i < n else -1 for i in range(s[1])] for n in (d.randint(0, s[1]) for _ in range(s[0]))]
    return kind, nn.MultiLabelMarginLoss(), values(*s), ints(rows), {}, None


def distributions(d):
    name = d.choice(["klDiv", "poissonNLL", "gaussianNLL"])
    s = shape(d, 2)
    if name == "klDiv":
        log_target, mean = d.chance(0.5), d.chance(0.4)
        p = exact(lib.rng.dirichlet([1] * s[-1], s[:-1]))
        if not log_target and d.chance(0.5):
            p = F.one_hot(p.argmax(-1), s[-1]).double()
        module = nn.KLDivLoss(reduction="mean" if mean else "batchmean", log_target=log_target)
        options = {"logTarget": log_target, **({"reduction": "mean"} if mean else {})}
        return name, module, values(*s, low=-3, high=0), exact(p.log()) if log_target else p, options, None
    if name == "poissonNLL":
        settings = {"log_input": d.chance(0.5), "full": d.chance(0.5), "eps": d.choice([1e-8, 0.1])}
        module, more = reduced(d, lambda r: nn.PoissonNLLLoss(reduction=r, **settings))
        x = values(*s) if settings["log_input"] else values(*s, low=0.1, high=3)
        return name, module, x, exact(lib.rng.integers(0, 6, s)), ours(settings) | more, None
    settings = {"full": d.chance(0.5), "eps": d.choice([1e-6, 0.3])}
    own, more = reduced(d, lambda r: (lambda x, y: F.gaussian_nll_loss(x["mean"], y, x["variance"], reduction=r, **settings)))
    x = {"mean": values(*s), "variance": values(*(s if d.chance(0.7) else [*s[:-1], 1]), low=0.05, high=2)}
    return name, own, x, values(*s), settings | more, None


def embeddings(d):
    name = d.choice(["hingeEmbedding", "cosineEmbedding", "marginRanking", "tripletMargin"])
    s = d.sizes(2, 1, 5)
    margin = d.choice([0, 0.25, 1, 4])
    signs = lambda *size: exact(lib.rng.integers(0, 2, size) * 2 - 1)  # noqa: E731
    if name == "hingeEmbedding":
        s = shape(d)
        module, more = reduced(d, lambda r: nn.HingeEmbeddingLoss(margin, reduction=r))
        return name, module, values(*s), signs(*s), {"margin": margin} | more, None
    if name == "tripletMargin":
        options = {"margin": margin, "p": d.choice([1, 2, 3, 1.5]), "swap": d.chance(0.5), "eps": d.choice([1e-6, 0.1])}
        module = nn.TripletMarginLoss(**options)
        x = {k: values(*s) for k in ("anchor", "positive", "negative")}
        return name, lambda g, _: module(g["anchor"], g["positive"], g["negative"]), x, ints([0]), options, None
    pair = {"left": values(*s), "right": values(*s)}
    if name == "cosineEmbedding":
        margin = d.choice([-0.9, -0.5, 0, 0.5, 0.9])
        module = nn.CosineEmbeddingLoss(margin)
        return name, lambda g, y: module(g["left"], g["right"], y), pair, signs(s[0]), {"margin": margin}, None
    module, more = reduced(d, lambda r: (lambda g, y: F.margin_ranking_loss(g["left"], g["right"], y, margin, reduction=r)))
    return name, module, pair, signs(*s), {"margin": margin} | more, None


def ctc(d):
    batch, time, classes = d.randint(1, 4), d.randint(1, 12), d.randint(2, 5)
    blank, most = d.randint(0, classes - 1), d.randint(1, 6)
    padding = d.choice([blank, -1])
    free = [c for c in range(classes) if c != blank]
    lengths = [d.randint(0, most) for _ in range(batch)]
    rows = [[d.choice(free) if i < n else padding for i in range(most)] for n in lengths]
    zero, named = d.chance(0.5), d.chance(0.5)
    frames = d.sizes(batch, 1, time) if named else [time] * batch
    fits = [n + sum(a == b for a, b in zip(row[:n], row[1:n])) <= t for row, n, t in zip(rows, lengths, frames)]
    if not all(fits) and not (zero and named):
        raise Refused("infinite")
    options = {"blank": blank, "zeroInfinity": zero, **({"inputLengths": "frames"} if named else {})}

    def f(x, y):
        labels = (y["labels"] if named else y).clamp(min=0)
        return F.ctc_loss(x.transpose(0, 1), labels, ints(frames), ints(lengths), blank, zero_infinity=zero)

    target = {"labels": ints(rows), "frames": ints(frames)} if named else ints(rows)
    return "ctc", f, values(batch, time, classes), target, options, "logSoftmax"


KINDS = [of_values, of_classes, of_classes, of_classes, of_probabilities, multi_margin, yes_no, yes_no, columns, distributions, embeddings, ctc, ctc]


def make(d, names):
    kinds = [k for k in KINDS if not names or k.__name__ in names]
    name, module, x, target, options, through = d.choice(kinds)(d)
    entries = []
    lib.loss(entries, name, name, module, x, target, options, through)
    if entries[0]["loss"] in ("NaN", "Infinity"):
        raise Refused
    return entries[0]
