"""Makes test/fixtures/tables.json with scikit-learn and NumPy: `python packages/datasets/scripts/make-table-fixtures.py`."""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.preprocessing import MultiLabelBinarizer, OrdinalEncoder, StandardScaler

draw = np.random.default_rng(7)
train, test = 57, 23
n = train + test
numbers = np.stack([draw.normal(40, 12, n), 1.7e12 + draw.integers(0, 9_000, n), np.full(n, 0.1), draw.integers(0, 5, n)], 1)
words = np.array(["Rome", "Oslo", "Lima", "Élan", "a;b", "__proto__"])
codes = np.array([100, 9, 20, 3])
categories = [words[draw.integers(0, len(words), n)].tolist(), codes[draw.integers(0, len(codes), n)].tolist()]
target = draw.normal(250_000, 80_000, n)
tags = [sorted({str(t) for t in draw.choice(["red", "green", "blue", "grey"], draw.integers(0, 4))}) for _ in range(n)]

scaler = StandardScaler().fit(numbers[:train])
scaled = scaler.transform(numbers)
scaled[:, 2] = 0  # a constant column; scikit-learn gives the rounding of a mean
encoded = np.stack([OrdinalEncoder().fit(np.array(c[:train], object)[:, None]).transform(np.array(c, object)[:, None])[:, 0] for c in categories], 1) + 1
of_target = StandardScaler().fit(target[:train, None])
labels = MultiLabelBinarizer().fit(tags[:train])

# Windows by NumPy's own view: input rows t … t+6, targets of the three rows after.
series = draw.normal(0, 1, (61, 3)).cumsum(0)
LENGTH, HORIZON, STRIDE, CUT = 7, 3, 2, 45
past = series[:CUT]
standard = (series - past.mean(0)) / past.std(0)


def windows(part):
    view = np.lib.stride_tricks.sliding_window_view(part, LENGTH + HORIZON, axis=0)[::STRIDE].transpose(0, 2, 1)
    return {"x": view[:, :LENGTH, :2].tolist(), "y": view[:, LENGTH:, 2].tolist(), "both": view[:, LENGTH:, [2, 0]].tolist()}


fixture = {
    "scikit-learn": sklearn.__version__,
    "numpy": np.__version__,
    "train": train,
    "columns": {"age": numbers[:, 0].tolist(), "time": numbers[:, 1].tolist(), "same": numbers[:, 2].tolist(), "few": numbers[:, 3].tolist(), "city": categories[0], "code": categories[1], "price": target.tolist(), "tags": [";".join(t) for t in tags]},
    "numbers": scaled.tolist(),
    "categories": encoded.astype(int).tolist(),
    "target": of_target.transform(target[:, None]).tolist(),
    "labels": {"names": labels.classes_.tolist(), "y": labels.transform(tags).tolist()},
    "series": {"values": series.tolist(), "length": LENGTH, "horizon": HORIZON, "stride": STRIDE, "cut": CUT, "train": windows(standard[:CUT]), "test": windows(standard[CUT:])},
}
path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "tables.json"
path.write_text(json.dumps(fixture) + "\n")
