"""Makes test/fixtures/toy-sets.json with scikit-learn 1.9: `python packages/datasets/scripts/make-toy-fixtures.py`."""
import json
import pathlib

import sklearn
from sklearn.datasets import make_blobs, make_circles, make_moons

CENTERS = [[0, 1], [-1, -0.5], [1, -0.5]]


def points(made):
    x, y = made
    return {"x": x.tolist(), "y": y.tolist()}


# Odd numbers of points, and one that is no multiple of three, show which class gets those that are left over.
sets = {
    "moons": [points(make_moons(n, shuffle=False)) for n in (20, 101)],
    "circles": [points(make_circles(n, shuffle=False, factor=0.5)) for n in (20, 101)],
    "blobs": [points(make_blobs(n, centers=CENTERS, cluster_std=0, shuffle=False)) for n in (20, 101)],
}
path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "toy-sets.json"
path.write_text(json.dumps({"scikit-learn": sklearn.__version__, "sets": sets}) + "\n")
