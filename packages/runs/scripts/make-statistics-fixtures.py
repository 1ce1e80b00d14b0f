"""Writes test/fixtures/statistics.json: what SciPy says of some numbers. Needs numpy and scipy."""
import json
import pathlib

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(7)
out = {"scipy": scipy.__version__}

out["mcnemar"] = [
    {"onlyFirst": b, "onlySecond": c, "p": float(stats.binomtest(min(b, c), b + c, 0.5).pvalue) if b + c else 1.0}
    for b, c in [(0, 0), (0, 1), (3, 3), (0, 5), (2, 9), (59, 6), (121, 59), (40, 41), (1000, 900), (5000, 4700), (3, 400)]
]


def welch(a, b):
    test = stats.ttest_ind(b, a, equal_var=False)
    low, high = test.confidence_interval(0.95)
    return {
        "first": list(map(float, a)),
        "second": list(map(float, b)),
        "p": float(test.pvalue),
        "interval": [float(low), float(high)],
    }


out["welch"] = [
    welch([0.91, 0.92, 0.915, 0.905, 0.93], [0.95, 0.951, 0.949, 0.96, 0.94]),
    welch([1, 2], [1.5, 40]),
    welch([3, 3, 3], [3.1, 3.2, 3.3]),
    *[welch(rng.normal(0, 1 + i, 3 + i), rng.normal(0.3 * i, 1, 5 + 2 * i)) for i in range(6)],
]

mean = lambda x, axis=-1: np.mean(x, axis=axis)


def paired(first, second):
    d = np.asarray(second) - np.asarray(first)
    test = stats.permutation_test((d,), mean, permutation_type="samples", n_resamples=np.inf if len(d) < 14 else 200_000, rng=np.random.default_rng(1))
    bootstrap = stats.bootstrap((d,), mean, method="percentile", n_resamples=200_000, rng=np.random.default_rng(2), batch=1000)
    low, high = bootstrap.confidence_interval
    return {"first": list(map(float, first)), "second": list(map(float, second)), "p": float(test.pvalue), "interval": [float(low), float(high)]}


out["paired"] = [
    paired([1, 2, 3, 4], [1.5, 2.25, 3.75, 5]),
    paired([1, 1, 1, 2, 3], [1, 1, 1, 2, 2.5]),
    paired(rng.normal(0, 1, 12), rng.normal(0.5, 1, 12)),
    paired(rng.exponential(1, 80), rng.exponential(1.2, 80)),
    paired(rng.exponential(1, 150), rng.exponential(1.6, 150)),
]

out["t"] = [{"t": t, "df": df, "p": float(2 * stats.t.sf(abs(t), df))} for t in (0, 0.1, 1, 2.5, -4, 30) for df in (1, 1.5, 4, 17.3, 200, 1e5)]
path = pathlib.Path(__file__).parent.parent / "test/fixtures/statistics.json"
path.write_text(json.dumps(out) + "\n")
