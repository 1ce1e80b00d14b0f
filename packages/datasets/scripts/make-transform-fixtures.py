"""Writes what PyTorch computes where the transforms of @descent/datasets are compared with it: test/fixtures/transforms.json.

    python3 packages/datasets/scripts/make-transform-fixtures.py

It needs PyTorch 2 and NumPy, not torchvision. Resizing, padding and flips are torch.nn.functional's; rotations and affine maps are products of
matrices inverted by torch.linalg and sampled by affine_grid and grid_sample; hue is that of colorsys in Python's library. Everything is computed
in float64 from numbers that float32 holds. `bytes` says that the items are bytes; floats of a test are the same pixels divided by 255.
"""

import colorsys
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

OUT = Path(__file__).parent.parent / "test" / "fixtures" / "transforms.json"
torch.set_num_threads(1)
rng = np.random.default_rng(20240701)


def image(*shape):
    """Smooth noise, so that interpolated values differ from pixel to pixel; bytes."""
    return torch.tensor(rng.integers(0, 256, shape), dtype=torch.float64)


IMAGES = {"grey": image(1, 7, 9), "rgb": image(3, 8, 6), "square": image(1, 8, 8), "plain": image(6, 5)}


entries = []


def add(name, transform, source, y):
    entries.append({"name": name, "call": transform, "image": source, "y": {"shape": list(y.shape), "data": [float(f"{v:.10g}") for v in y.reshape(-1).tolist()]}})


# --- sizes -------------------------------------------------------------------------------------------------------------------


def interpolate(x, size, **options):
    """F.interpolate on [..., height, width]."""
    planes = x.reshape(1, -1, *x.shape[-2:])
    return F.interpolate(planes, size=size, **options).reshape(*x.shape[:-2], *size)


for source, size in (("grey", (5, 4)), ("grey", (3, 9)), ("grey", (14, 12)), ("rgb", (3, 2)), ("rgb", (8, 5)), ("plain", (4, 9)), ("square", (1, 1))):
    x = IMAGES[source]
    for antialias in (True, False):
        y = interpolate(x, size, mode="bilinear", align_corners=False, antialias=antialias)
        add(f"resize {source} to {size}, antialias {antialias}", ["resize", list(size), {"antialias": antialias}], source, y)
    y = interpolate(x, size, mode="nearest")
    add(f"resize {source} to {size}, nearest", ["resize", list(size), {"interpolation": "nearest"}], source, y)

for name, mode in (("constant", "constant"), ("edge", "replicate"), ("reflect", "reflect")):
    for padding in ([2, 2, 2, 2], [3, 0, 1, 4]):
        left, top, right, bottom = padding
        x = IMAGES["rgb"][None]
        filled = {"value": 7} if mode == "constant" else {}
        y = F.pad(x, (left, right, top, bottom), mode=mode, **filled)[0]
        add(f"pad {padding}, {name}", ["pad", padding, {"fill": 7, "paddingMode": name}], "rgb", y)
# PyTorch has no such mode; NumPy does.
x = IMAGES["grey"].numpy()
add("pad [2, 3, 4, 1], symmetric", ["pad", [2, 3, 4, 1], {"paddingMode": "symmetric"}], "grey", torch.tensor(np.pad(x, ((0, 0), (3, 1), (2, 4)), mode="symmetric")))

for source in ("grey", "rgb", "plain"):
    add(f"horizontal flip {source}", ["randomHorizontalFlip", {"p": 1}], source, torch.flip(IMAGES[source], [-1]))
    add(f"vertical flip {source}", ["randomVerticalFlip", {"p": 1}], source, torch.flip(IMAGES[source], [-2]))

# --- affine maps -------------------------------------------------------------------------------------------------------------


def matrix(rows):
    return torch.tensor(rows, dtype=torch.float64)


def affine(x, angle, scale, shear, center, mode, fill):
    """`center · rotate (clockwise) · scale · shear y · shear x · -center`, as torchvision documents its `affine`, by matrix products."""
    h, w = x.shape[-2:]
    cx, cy = (0, 0) if center is None else (center[0] - w / 2, center[1] - h / 2)
    a, sx, sy = (torch.deg2rad(matrix(v)) for v in (angle, *shear))
    there, back = matrix([[1, 0, cx], [0, 1, cy], [0, 0, 1]]), matrix([[1, 0, -cx], [0, 1, -cy], [0, 0, 1]])
    rotate = matrix([[a.cos(), -a.sin(), 0], [a.sin(), a.cos(), 0], [0, 0, 1]])
    shear_x, shear_y = matrix([[1, -sx.tan(), 0], [0, 1, 0], [0, 0, 1]]), matrix([[1, 0, 0], [-sy.tan(), 1, 0], [0, 0, 1]])
    to_pixels = torch.diag(matrix([w / 2, h / 2, 1]))
    m = there @ rotate @ torch.diag(matrix([scale, scale, 1])) @ shear_y @ shear_x @ back
    theta = (torch.linalg.inv(to_pixels) @ torch.linalg.inv(m) @ to_pixels)[:2]
    grid = F.affine_grid(theta[None], [1, 1, h, w], align_corners=False)

    def sampled(t):
        return F.grid_sample(t.reshape(1, -1, h, w), grid, mode=mode, padding_mode="zeros", align_corners=False).reshape(t.shape)

    return sampled(x) + (1 - sampled(torch.ones_like(x))) * fill


for source in ("grey", "rgb", "square"):
    for angle, center, mode, fill in (
        (30, None, "bilinear", 0),
        (-77, None, "bilinear", 9),
        (200, [2, 3.5], "bilinear", 0),
        (13, None, "nearest", 0),
        (-131, [1.25, 4], "nearest", 5),
    ):
        y = affine(IMAGES[source], -angle, 1, (0, 0), center, mode, fill)
        options = {"interpolation": mode, "fill": fill, **({} if center is None else {"center": center})}
        add(f"rotate {source} by {angle}, {options}", ["randomRotation", [angle, angle], options], source, y)
for quarter in (90, 180, -90):
    add(f"rotate square by {quarter}", ["randomRotation", [quarter, quarter], {}], "square", torch.rot90(IMAGES["square"], quarter // 90, [-2, -1]))

for source, angle, scale, shear, mode, fill in (
    ("grey", 20, 1.3, (0, 0), "bilinear", 0),
    ("rgb", 0, 0.7, (0, 0), "bilinear", 3),
    ("square", 0, 1, (25, 0), "bilinear", 0),
    ("rgb", 0, 1, (0, -15), "bilinear", 0),
    ("grey", -40, 0.8, (10, 20), "bilinear", 50),
    ("rgb", 75, 1.6, (-12, 7), "nearest", 0),
):
    y = affine(IMAGES[source], angle, scale, shear, None, mode, fill)
    options = {"scale": [scale, scale], "shear": [shear[0], shear[0], shear[1], shear[1]], "interpolation": mode, "fill": fill}
    add(f"affine {source}: {angle}, {options}", ["randomAffine", [angle, angle], options], source, y)

# --- colours, on the scale of bytes ------------------------------------------------------------------------------------------


def grey_of(x):
    """ITU-R BT.601, with the four digits of torchvision."""
    return x if x.shape[0] == 1 else (0.2989 * x[0] + 0.587 * x[1] + 0.114 * x[2])[None]


def clamp(x):
    return x.clamp(0, 255)


def hue(x, shift):
    y = torch.empty_like(x)
    for i in np.ndindex(*x.shape[1:]):
        h, s, v = colorsys.rgb_to_hsv(*(x[(slice(None), *i)] / 255).tolist())
        y[(slice(None), *i)] = 255 * torch.tensor(colorsys.hsv_to_rgb((h + shift) % 1, s, v), dtype=torch.float64)
    return y


for source in ("grey", "rgb"):
    x = IMAGES[source]
    for f in (0, 0.4, 1.7):
        add(f"brightness {f} of {source}", ["colorJitter", {"brightness": [f, f]}], source, clamp(x * f))
        add(f"contrast {f} of {source}", ["colorJitter", {"contrast": [f, f]}], source, clamp(f * x + (1 - f) * grey_of(x).mean()))
        y = x if source == "grey" else clamp(f * x + (1 - f) * grey_of(x))
        add(f"saturation {f} of {source}", ["colorJitter", {"saturation": [f, f]}], source, y)
for shift in (-0.5, -0.2, 0.05, 0.37, 0.5):
    add(f"hue {shift} of rgb", ["colorJitter", {"hue": [shift, shift]}], "rgb", hue(IMAGES["rgb"], shift))
add("hue 0.1 of grey", ["colorJitter", {"hue": [0.1, 0.1]}], "grey", IMAGES["grey"])

images = {name: {"shape": list(x.shape), "data": [int(v) for v in x.reshape(-1).tolist()]} for name, x in IMAGES.items()}
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
OUT.write_text('{"images":' + json.dumps(images, separators=(",", ":")) + ',\n"cases":[\n' + lines + "\n]}\n")
print(f"PyTorch {torch.__version__}: {len(entries)} cases, {OUT.stat().st_size:,} bytes")
