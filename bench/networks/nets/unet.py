import torch
from torch import nn
from torch.nn import functional as F


def double(before, after):
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1 = double(1, 16)
        self.down2 = double(16, 32)
        self.middle = double(32, 64)
        self.up2 = nn.ConvTranspose2d(64, 32, 2, 2)
        self.join2 = double(64, 32)
        self.up1 = nn.ConvTranspose2d(32, 16, 2, 2)
        self.join1 = double(32, 16)
        self.head = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        one = self.down1(x.float() / 255)
        two = self.down2(F.max_pool2d(one, 2))
        low = self.join2(torch.cat([two, self.up2(self.middle(F.max_pool2d(two, 2)))], 1))
        return self.head(self.join1(torch.cat([one, self.up1(low)], 1)))


def make():
    return UNet()


def loss(net, x, y):
    return F.binary_cross_entropy_with_logits(net(x), y.float())
