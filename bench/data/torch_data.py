"""PyTorch's side of bench/data: an epoch of its DataLoader for each line of JSON on stdin."""

import json
import os
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torch_worker import answer_requests

try:
    from PIL import Image
except ImportError:
    Image = None


class Jpegs(Dataset):
    """Files of a folder with a folder a class, opened, resized and laid out as torchvision's usual steps do, but as bytes."""

    def __init__(self, folder, size):
        classes = sorted(os.listdir(folder))
        self.files = [
            (os.path.join(folder, name, file), label)
            for label, name in enumerate(classes)
            for file in sorted(os.listdir(os.path.join(folder, name)))
        ]
        self.size = size

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        path, label = self.files[index]
        with Image.open(path) as image:
            small = image.convert("RGB").resize((self.size, self.size), Image.BILINEAR)
        return torch.from_numpy(np.asarray(small).transpose(2, 0, 1).copy()), label


def memory(request):
    count = request["count"]
    images = torch.from_numpy(np.fromfile(request["images"], dtype=np.uint8, count=count * 784).reshape(-1, 1, 28, 28))
    labels = torch.from_numpy(np.fromfile(request["labels"], dtype=np.uint8, count=count).astype(np.int64))
    return DataLoader(TensorDataset(images, labels), batch_size=request["batchSize"], shuffle=True)


def jpegs(request):
    workers = request["workers"]
    return DataLoader(
        Jpegs(request["folder"], request["size"]),
        batch_size=request["batchSize"],
        num_workers=workers,
        persistent_workers=workers > 0,
    )


torch.set_num_threads(1)
loaders = {}


def answer(request):
    if request["do"] == "jpegs" and Image is None:
        return {"missing": "no PIL"}
    asked = json.dumps(request)
    if asked not in loaders:
        loaders[asked] = {"memory": memory, "jpegs": jpegs}[request["do"]](request)
    start = time.perf_counter_ns()
    for _ in loaders[asked]:
        pass
    return {"seconds": (time.perf_counter_ns() - start) / 1e9}


if __name__ == "__main__":
    answer_requests(answer)
