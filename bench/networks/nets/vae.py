import torch
from torch import nn
from torch.nn import functional as F

PIXELS, HIDDEN, CODE = 784, 400, 20


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU())
        self.toMean = nn.Linear(HIDDEN, CODE)
        self.toLogVariance = nn.Linear(HIDDEN, CODE)
        self.decode = nn.Sequential(nn.Linear(CODE, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, PIXELS))

    def forward(self, image, noise):
        h = self.encode(image)
        mean, log_variance = self.toMean(h), self.toLogVariance(h)
        return self.decode(mean + torch.exp(0.5 * log_variance) * noise), mean, log_variance


def make():
    return Vae()


def loss(net, x, y):
    output, mean, log_variance = net(x["image"], x["noise"])
    pixels = F.binary_cross_entropy_with_logits(output, y, reduction="none").sum(1)
    divergence = 0.5 * (mean**2 + log_variance.exp() - log_variance - 1).sum(1)
    return (pixels + divergence).mean()
