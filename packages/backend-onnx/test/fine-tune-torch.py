"""Writes ONNX files of small networks of PyTorch by both exporters, and what PyTorch gives for them, into the folder that is named.

python fine-tune-torch.py FOLDER
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(0)
folder = Path(sys.argv[1])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)

    def forward(self, x):
        return torch.relu(x + self.bn(self.conv(x)))


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
        self.block = Block()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 7)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.block(self.stem(x))), 1))


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = nn.Linear(6, 16)
        self.encoder = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, activation="gelu", batch_first=True)
        self.fc = nn.Linear(16, 7)

    def forward(self, x):
        return self.fc(self.encoder(self.inside(x)).mean(1))


answers = []
for name, network, x in [("images", Images(), torch.randn(2, 3, 8, 8)), ("rows", Rows(), torch.randn(2, 5, 6))]:
    network.eval()
    for dynamo in (False, True):
        path = folder / f"{name}-{'new' if dynamo else 'old'}.onnx"
        names = {"input_names": ["x"], "output_names": ["y"], "opset_version": 20}
        if dynamo:
            batch = torch.export.Dim("batch")
            torch.onnx.export(network, (x,), path, dynamo=True, external_data=False, dynamic_shapes=({0: batch},), **names)
        else:
            # Batch normalizations stay what they are only so.
            torch.onnx.export(
                network, (x,), path, dynamo=False, dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
                training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, **names,
            )
        answers.append({"file": path.name, "x": x.flatten().tolist(), "shape": list(x.shape), "y": network(x).flatten().tolist()})
(folder / "answers.json").write_text(json.dumps(answers))
