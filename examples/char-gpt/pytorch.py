"""The same training in PyTorch: the losses of the steps, as JSON.

    python pytorch.py <folder>

The folder holds what example.ts writes: recipe.json, initial.safetensors and batches.bin, int32 [steps, 2, batch, time].
"""
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Gpt(nn.Module):
    def __init__(self, tokens, blockLength, width, heads, layers):
        super().__init__()
        self.wte = nn.Parameter(torch.empty(tokens, width))
        self.positions = nn.Embedding(blockLength, width)
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)

    def forward(self, tokens):
        time = tokens.shape[1]
        x = F.embedding(tokens, self.wte) + self.positions(torch.arange(time))
        mask = nn.Transformer.generate_square_subsequent_mask(time)
        return self.encoder(x, mask=mask, is_causal=True) @ self.wte.T


def read_safetensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = torch.from_numpy(np.frombuffer(data[start:end], "<f4").reshape(entry["shape"]).copy())
    return tensors


def main(folder):
    torch.set_num_threads(1)
    recipe = json.loads((folder / "recipe.json").read_text())
    model = Gpt(**recipe["sizes"])
    model.load_state_dict(read_safetensors(folder / "initial.safetensors"))
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe["lr"])
    shape = (recipe["steps"], 2, recipe["batchSize"], recipe["sizes"]["blockLength"])
    batches = torch.from_numpy(np.fromfile(folder / "batches.bin", "<i4").reshape(shape).astype(np.int64))
    losses = []
    for x, y in batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(json.dumps(losses))


main(Path(sys.argv[1]))
