"""Trains scikit-learn's histogram gradient boosting on the rows that come in as JSON, and prints its score on the others."""
import json
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

given = json.load(sys.stdin)
target, task, seed = given["target"], given["task"], given["seed"]
names = [name for name in given["train"] if name != target]
categories = [name for name in names if any(isinstance(value, str) for value in given["train"][name])]


def inputs(part):
    known = {name: {v: i for i, v in enumerate(sorted({v for v in given["train"][name] if v is not None}))} for name in categories}
    columns = [[np.nan if v is None else known[name].get(v, np.nan) if name in known else v for v in part[name]] for name in names]
    return np.array(columns, float).T


kind = HistGradientBoostingClassifier if task == "classification" else HistGradientBoostingRegressor
model = kind(categorical_features=[name in categories for name in names], random_state=seed)
model.fit(inputs(given["train"]), given["train"][target])
y = np.array(given["test"][target])
said = model.predict(inputs(given["test"]))
print(json.dumps(float((said == y).mean()) if task == "classification" else float(np.sqrt(((said - y) ** 2).mean()))))
