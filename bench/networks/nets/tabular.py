import torch
from torch import nn
from torch.nn import functional as F

SIZES = (12, 31, 7, 24, 50, 300, 1000, 5000)
NUMBERS, HIDDEN, WIDTH = 16, 256, 8


class Tabular(nn.Module):
    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(size, WIDTH) for size in SIZES)
        self.mlp = nn.Sequential(
            nn.Linear(len(SIZES) * WIDTH + NUMBERS, HIDDEN),
            nn.BatchNorm1d(HIDDEN),
            nn.ReLU(inplace=True),
            nn.Linear(HIDDEN, HIDDEN // 2),
            nn.BatchNorm1d(HIDDEN // 2),
            nn.ReLU(inplace=True),
            nn.Linear(HIDDEN // 2, 1),
        )

    def forward(self, categories, numbers):
        vectors = [table(categories[:, i]) for i, table in enumerate(self.tables)]
        return self.mlp(torch.cat([*vectors, numbers], 1))


def make():
    return Tabular()


def loss(net, x, y):
    return F.binary_cross_entropy_with_logits(net(x["categories"], x["numbers"]), y.float())
