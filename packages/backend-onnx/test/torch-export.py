"""Exports small networks with both exporters of PyTorch into the folder argv[1], and writes what they answer to answers.json."""

import json
import sys
from pathlib import Path

import torch
from torch import nn

folder = Path(sys.argv[1])
torch.manual_seed(0)


class Two(nn.Module):
    """Two inputs, two outputs."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 3)

    def forward(self, left, right):
        return self.a(left) + right, (left.sum(1) * 10).to(torch.int64)


class Tokens(nn.Module):
    """int64 in, float32 out."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(50, 8)
        self.rnn = nn.GRU(8, 6, batch_first=True)

    def forward(self, tokens):
        return self.rnn(self.table(tokens))[0][:, -1]


cnn = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 64, 10)
)
wide = nn.Sequential(nn.Linear(300, 400), nn.GELU(), nn.LayerNorm(400), nn.Linear(400, 10))
cases = {
    "wide": (wide, {"x": torch.randn(2, 300)}),
    "cnn": (cnn, {"x": torch.randn(2, 3, 16, 16)}),
    "two": (Two(), {"left": torch.randn(2, 4), "right": torch.randn(2, 3)}),
    "tokens": (Tokens(), {"tokens": torch.randint(0, 50, (2, 5))}),
    "double": (nn.Linear(5, 2).double(), {"x": torch.randn(2, 5, dtype=torch.float64)}),
    "half": (nn.Linear(5, 2).half(), {"x": torch.randn(2, 5).half()}),
}

answers = []
for name, (net, inputs) in cases.items():
    net.eval()
    with torch.no_grad():
        outputs = net(*inputs.values())
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    for exporter in ["dynamo", "script"]:
        path = folder / exporter / name / "model.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        names = [f"out_{i}" for i in range(len(outputs))]
        options = {"input_names": list(inputs), "output_names": names}
        if exporter == "dynamo":
            batch = torch.export.Dim("rows")
            options["dynamic_shapes"] = tuple({0: batch} for _ in inputs)
            options["external_data"] = True
        else:
            options["dynamic_axes"] = {n: {0: "rows"} for n in [*inputs, *names]}
        torch.onnx.export(net, tuple(inputs.values()), str(path), dynamo=exporter == "dynamo", **options)
        answers.append(
            {
                "name": f"{exporter} {name}",
                "path": str(path),
                "external": (path.parent / "model.onnx.data").exists(),
                "inputs": {
                    n: {"integer": not t.is_floating_point(), "shape": list(t.shape), "data": t.flatten().tolist()}
                    for n, t in inputs.items()
                },
                "outputs": [{"shape": list(t.shape), "data": t.flatten().tolist()} for t in outputs],
            }
        )
(folder / "answers.json").write_text(json.dumps(answers))
