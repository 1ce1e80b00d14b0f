"""A random metric of random outputs, often with ties and missing classes, as scikit-learn and SciPy compute it for a whole data set that comes in batches."""

import math

import numpy as np
import sklearn.metrics as sk
from scipy import stats

from dice import Refused, lib

COUNTED = {
    "precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score, "jaccard": sk.jaccard_score,
    "fBeta": lambda y, p, **k: sk.fbeta_score(y, p, beta=k.pop("beta"), **k),
}
AGREEMENT = {"balancedAccuracy": sk.balanced_accuracy_score, "cohenKappa": sk.cohen_kappa_score, "matthewsCorrelation": sk.matthews_corrcoef}


def fixture(a):
    a = np.asarray(a)
    kind = "float32" if a.dtype.kind == "f" else "int32"
    return {"dtype": kind, "shape": list(a.shape), "data": [lib.number(v.item()) for v in a.reshape(-1)]}


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def scores(d, *shape):
    """Of two decimals, or so few values that many are equal."""
    drawn = lib.rng.normal(0, 2, shape)
    return np.round(drawn * 2) / 2 if d.chance(0.4) else np.round(drawn, 2)


def of_one(columns, f, met, average):
    """The mean over columns that have both, as `f` of right and score gives it."""
    if not met:
        return math.nan
    weight = [columns[0][:, c].sum() for c in met] if average == "weighted" else None
    return np.average([f(columns[0][:, c], columns[1][:, c]) for c in met], weights=weight)


def top_k(y, s, k):
    """Of equal scores the first class is larger."""
    return np.mean([label in np.argsort(-row, kind="stable")[:k] for label, row in zip(y, s)])


def near(rows):
    """Whether probabilities of different rows are as good as equal: rounding decides what is larger."""
    p = np.sort(softmax(np.unique(rows, axis=0)), axis=0)
    return bool((np.diff(p, axis=0) < 1e-6).any())


def calibration(confidence, right, bins):
    at = np.minimum(np.floor(np.float32(confidence) * np.float32(bins)).astype(int), bins - 1)
    return sum(abs(confidence[at == b].sum() - right[at == b].sum()) for b in range(bins)) / len(right)


def of_classes(d):
    classes, n = d.randint(2, 6), d.randint(2, 20)
    x = scores(d, n, classes)
    used = d.sample(range(classes), d.randint(1, classes))
    y = lib.rng.choice(used, n)
    ignored = d.choice([None, None, -1, 255])
    target = y.copy()
    if ignored is not None:
        target[lib.rng.random(n) < 0.3] = ignored
    keep = np.ones(n, bool) if ignored is None else target != ignored
    if not keep.any():
        raise Refused
    s, t = x[keep], y[keep]
    given, p = s.argmax(1), softmax(s)
    average = d.choice(["macro", "micro", "weighted"])
    loss = {"crossEntropy": {} if ignored is None else {"ignoreIndex": ignored}}
    name = d.choice([*COUNTED, *AGREEMENT, "accuracy", "topKAccuracy", "logLoss", "perplexity", "brier", "calibrationError", "auroc", "averagePrecision"])
    args = []
    if name in COUNTED:
        beta = {"beta": d.choice([0, 0.5, 2])} if name == "fBeta" else {}
        args = [{"average": average, **beta}]
        value = COUNTED[name](t, given, average=average, zero_division=0, **beta)
    elif name in AGREEMENT:
        value = AGREEMENT[name](t, given)
    elif name == "accuracy":
        value = sk.accuracy_score(t, given)
    elif name == "topKAccuracy":
        args = [d.randint(1, classes)]
        value = top_k(t, s, args[0])
    elif name in ("logLoss", "perplexity"):
        value = -np.log(p[np.arange(len(t)), t]).mean()
        value = np.exp(value) if name == "perplexity" else value
    elif name == "brier":
        value = ((p - np.eye(classes)[t]) ** 2).sum(1).mean()
    elif name == "calibrationError":
        args = [{"bins": d.choice([1, 3, 7, 15])}]
        value = calibration(p.max(1), given == t, args[0]["bins"])
    else:
        average = d.choice(["macro", "weighted"])
        args = [{"average": average}]
        right = np.eye(classes)[t]
        met = [c for c in range(classes) if 0 < right[:, c].sum() < len(t)]
        f = sk.roc_auc_score if name == "auroc" else sk.average_precision_score
        # What is equal in float32 may not be in float64, and the other way round.
        if near(s):
            raise Refused
        value = of_one((right, p), f, met, average)
    return loss, name, args, x, target, value


def of_yes_no(d):
    columns, n = d.choice([1, 1, 2, 4]), d.randint(2, 20)
    x = scores(d, n, columns)
    y = (lib.rng.random((n, columns)) < d.choice([0.1, 0.5, 0.9])).astype(float)
    given, p = x > 0, sigmoid(x)
    one = columns == 1
    names = [*COUNTED, "binaryAccuracy", "exactMatch", "auroc", "averagePrecision", "logLoss", "brier", *(AGREEMENT if one else [])]
    name, args = d.choice(names), []
    if name in COUNTED:
        threshold = d.choice([0.5, 0.3, 0.8])
        beta = {"beta": d.choice([0, 0.5, 2])} if name == "fBeta" else {}
        average = d.choice(["macro", "micro", "weighted"])
        args = [{"threshold": threshold, **beta, **({} if one else {"average": average})}]
        more = {"zero_division": 0, **beta, **({} if one else {"average": average})}
        given = np.float32(p) > np.float32(threshold)
        value = COUNTED[name](y[:, 0] if one else y, given[:, 0] if one else given, **more)
    elif name in AGREEMENT:
        value = AGREEMENT[name](y[:, 0], given[:, 0])
    elif name == "binaryAccuracy":
        value = (y == given).mean()
    elif name == "exactMatch":
        value = (y == given).all(1).mean()
    elif name in ("auroc", "averagePrecision"):
        met = [c for c in range(columns) if 0 < y[:, c].sum() < n]
        value = of_one((y, x), sk.roc_auc_score if name == "auroc" else sk.average_precision_score, met, "macro")
    elif name == "logLoss":
        value = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    else:
        value = ((p - y) ** 2).mean()
    return {"bceWithLogits": {}}, name, args, x, y, value


def of_numbers(d):
    columns, n = d.randint(1, 3), d.randint(2, 20)
    y = scores(d, n, columns) + d.choice([0, 0, 100])
    if d.chance(0.1):
        y[:] = y[0]
    x = np.round(y + scores(d, n, columns) * d.choice([0, 0.5, 3]), 2)
    name = d.choice(["mae", "rmse", "mape", "r2", "pearson", "spearman"])
    value = {
        "mae": lambda: sk.mean_absolute_error(y, x), "rmse": lambda: sk.mean_squared_error(y, x) ** 0.5,
        "mape": lambda: sk.mean_absolute_percentage_error(y, x), "r2": lambda: sk.r2_score(y, x),
        "pearson": lambda: np.mean([stats.pearsonr(x[:, c], y[:, c]).statistic for c in range(columns)]),
        "spearman": lambda: np.mean([stats.spearmanr(x[:, c], y[:, c]).statistic for c in range(columns)]),
    }[name]()
    if abs(value) > 1e6:
        raise Refused("divides by a rounded 0")
    return {"mse": {}}, name, [], np.float32(x).astype(float), np.float32(y).astype(float), value


KINDS = [of_classes, of_classes, of_yes_no, of_numbers]


def make(d, names):
    kinds = [k for k in KINDS if not names or k.__name__ in names]
    loss, name, args, x, y, value = d.choice(kinds)(d)
    n = len(x)
    cuts = sorted(d.sample(range(1, n), min(n - 1, d.randint(0, 3))))
    batches = [{"x": fixture(o), "y": fixture(t)} for o, t in zip(np.split(x, cuts), np.split(y, cuts))]
    return {"name": name, "loss": loss, "metric": name, "args": args, "batches": batches, "value": lib.number(float(value))}
