"""Writes where masks and boxes go under the transforms of @descent/datasets: test/fixtures/annotations.json.

    python3 packages/datasets/scripts/make-annotation-fixtures.py

It needs PyTorch 2 and NumPy, not torchvision, of which it follows the rules (`torchvision.transforms.v2.functional`, of 0.19): masks are moved by the
nearest pixel; a box is the smallest upright one around its four corners that went along, cut to the picture, and is none any more below one pixel
(`SanitizeBoundingBoxes`). Masks are flips, slices, np.pad, torch.nn.functional.interpolate and grid_sample; boxes are products of matrices.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

OUT = Path(__file__).parent.parent / "test" / "fixtures" / "annotations.json"
rng = np.random.default_rng(20261127)
HEIGHT, WIDTH = 11, 14
FILL = -100
MASK = rng.integers(0, 4, (HEIGHT, WIDTH))


def boxes():
    x, y = np.sort(rng.uniform(0, WIDTH, (6, 2)), 1), np.sort(rng.uniform(0, HEIGHT, (6, 2)), 1)
    return np.stack([x[:, 0], y[:, 0], np.maximum(x[:, 1], x[:, 0] + 0.5), np.maximum(y[:, 1], y[:, 0] + 0.5)], 1)


BOXES = boxes().astype(np.float32).astype(np.float64).clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])


def moved(matrix, height, width, list_of=BOXES):
    corners = list_of[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 2)
    points = (np.c_[corners, np.ones(len(corners))] @ np.asarray(matrix, np.float64).T)[:, :2].reshape(-1, 4, 2)
    out = np.concatenate([points.min(1), points.max(1)], 1)
    return out.clip(0, [width, height, width, height])


def kept(list_of):
    keep = [i for i, (a, b, c, d) in enumerate(list_of) if c - a >= 1 and d - b >= 1]
    return {"boxes": [[round(float(v), 9) for v in list_of[i]] for i in keep], "labels": keep}


cases = []


def add(name, transforms, mask, list_of):
    cases.append({"name": name, "transforms": transforms, "mask": np.asarray(mask).tolist(), **kept(list_of)})


def shift(x, y):
    return [[1, 0, x], [0, 1, y], [0, 0, 1]]


def resized(mask, height, width):
    return F.interpolate(torch.tensor(mask, dtype=torch.float64)[None, None], size=(height, width), mode="nearest")[0, 0].numpy().astype(int)


def affine_matrix(angle, scale, shear, center):
    """Of torchvision's `affine`, clockwise, in pixels from the upper left corner."""
    a, sx, sy = np.deg2rad(angle), np.deg2rad(shear[0]), np.deg2rad(shear[1])
    cx, cy = (WIDTH / 2, HEIGHT / 2) if center is None else center
    rotate = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    shear_x, shear_y = np.array([[1, -np.tan(sx), 0], [0, 1, 0], [0, 0, 1]]), np.array([[1, 0, 0], [-np.tan(sy), 1, 0], [0, 0, 1]])
    return np.array(shift(cx, cy)) @ rotate @ np.diag([scale, scale, 1]) @ shear_y @ shear_x @ np.array(shift(-cx, -cy))


def sampled(matrix):
    """The mask under a map, by the nearest pixel; classes that come from outside are FILL."""
    to_unit = np.array([[2 / WIDTH, 0, -1], [0, 2 / HEIGHT, -1], [0, 0, 1]])
    theta = torch.tensor((to_unit @ np.linalg.inv(matrix) @ np.linalg.inv(to_unit))[:2])[None]
    grid = F.affine_grid(theta, [1, 1, HEIGHT, WIDTH], align_corners=False)
    values = torch.tensor(MASK - FILL, dtype=torch.float64)[None, None]
    out = F.grid_sample(values, grid, mode="nearest", padding_mode="zeros", align_corners=False)[0, 0]
    return out.numpy().round().astype(int) + FILL


add("horizontal flip", [["randomHorizontalFlip", {"p": 1}]], MASK[:, ::-1], moved([[-1, 0, WIDTH], [0, 1, 0], [0, 0, 1]], HEIGHT, WIDTH))
add("vertical flip", [["randomVerticalFlip", {"p": 1}]], MASK[::-1], moved([[1, 0, 0], [0, -1, HEIGHT], [0, 0, 1]], HEIGHT, WIDTH))
for height, width in ((5, 9), (8, 8), (11, 3)):
    # As torchvision rounds: half to even.
    top, left = round((HEIGHT - height) / 2), round((WIDTH - width) / 2)
    add(f"centre crop {height} x {width}", [["centerCrop", [height, width]]], MASK[top : top + height, left : left + width], moved(shift(-left, -top), height, width))
for left, top, right, bottom in ((2, 2, 2, 2), (0, 3, 5, 1)):
    mask = np.pad(MASK, ((top, bottom), (left, right)), constant_values=FILL)
    add(f"pad {left}, {top}, {right}, {bottom}", [["pad", [left, top, right, bottom], {"fill": 9}]], mask, moved(shift(left, top), *mask.shape))
for height, width in ((22, 28), (5, 6), (7, 30)):
    add(f"resize to {height} x {width}", [["resize", [height, width]]], resized(MASK, height, width), moved(np.diag([width / WIDTH, height / HEIGHT, 1]), height, width))
for angle, center, mode in ((30, None, "bilinear"), (-77, None, "nearest"), (200, [2, 3.5], "bilinear"), (88, None, "nearest")):
    # Counter-clockwise.
    matrix = affine_matrix(-angle, 1, (0, 0), center)
    options = {"interpolation": mode, "fill": 3, **({} if center is None else {"center": center})}
    add(f"rotate by {angle} about {center}", [["randomRotation", [angle, angle], options]], sampled(matrix), moved(matrix, HEIGHT, WIDTH))
for angle, scale, shear in ((20, 1.3, (0, 0)), (0, 0.7, (0, 0)), (0, 1, (25, 0)), (-40, 0.8, (10, 20)), (75, 1.6, (-12, 7))):
    matrix = affine_matrix(angle, scale, shear, None)
    options = {"scale": [scale, scale], "shear": [shear[0], shear[0], shear[1], shear[1]], "interpolation": "bilinear"}
    add(f"affine {angle}, {scale}, {shear}", [["randomAffine", [angle, angle], options]], sampled(matrix), moved(matrix, HEIGHT, WIDTH))

# One after the other: what a crop cuts off does not come back.
top, left = round((HEIGHT - 7) / 2), round((WIDTH - 8) / 2)
cropped, boxes_of = MASK[top : top + 7, left : left + 8], moved(shift(-left, -top), 7, 8)
bigger = np.pad(cropped, 3, constant_values=FILL)
add("crop, brighten, pad, flip and make floats", [["centerCrop", [7, 8]], ["colorJitter", {"brightness": [0.5, 0.5]}], ["pad", 3], ["randomHorizontalFlip", {"p": 1}], ["toFloat"], ["normalize", 0.5, 0.2]], bigger[:, ::-1], moved([[-1, 0, 14], [0, 1, 0], [0, 0, 1]], 13, 14, moved(shift(3, 3), 13, 14, boxes_of)))

lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
head = json.dumps({"mask": MASK.tolist(), "boxes": BOXES.tolist()})[:-1]
OUT.write_text(head + ',"cases":[\n' + lines + "\n]}\n")
print(f"PyTorch {torch.__version__}, NumPy {np.__version__}: {len(cases)} cases, {OUT.stat().st_size:,} bytes")
