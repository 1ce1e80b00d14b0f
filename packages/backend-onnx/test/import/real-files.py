"""Makes ONNX files with the exporters that people use, in the folder argv[1]: only the families named behind it, or all.

Beside each file stand its inputs, what ONNX Runtime answers, and, where the network was fine-tuned, the losses of ten steps of PyTorch; answers.json
lists them. A family whose packages are missing is listed with the reason.
"""

import copy
import json
import os
import sys
import traceback
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

folder = Path(sys.argv[1])
families = sys.argv[2:]
torch.manual_seed(0)
torch.set_num_threads(1)
torch.backends.mha.set_fastpath_enabled(False)

RATE, MOMENTUM, STEPS = 0.02, 0.9, 10
answers, missing = [], []
folder.mkdir(parents=True, exist_ok=True)


def listed(array):
    array = np.asarray(array)
    kind = "bool" if array.dtype == bool else "float32" if array.dtype.kind == "f" else "int32"
    return {"dtype": kind, "shape": list(array.shape), "data": array.astype(np.float64).reshape(-1).tolist()}


def losses_of(net, inputs, labels, train):
    """Cross entropy before each step, SGD with momentum on all parameters; `train` is the mode of batch normalization."""
    net.train(train)
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(*inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def record(name, path, inputs, *, known=None, **more):
    """Notes what the file answers, or what is `known` instead: a file in training mode normalizes by its batch, a network in use does not."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feeds = {i.name: v for i, v in zip(session.get_inputs(), inputs, strict=True)}
    outputs = session.run(None, feeds) if known is None else known
    answers.append(
        {
            "name": name,
            "path": str(path),
            "inputs": {k: listed(v) for k, v in feeds.items()},
            "outputs": {o.name: listed(v) for o, v in zip(session.get_outputs(), outputs, strict=True)},
            "nodes": sorted({n.op_type for n in onnx.load(str(path), load_external_data=False).graph.node}),
            **more,
        }
    )


def export(name, net, inputs, *, tune=None, exporters=("dynamo", "script"), training=False, folded=None, modes=("running",)):
    """Both exporters, with an open batch. `tune` is labels, `modes` what batch normalizations do meanwhile; `folded` makes of a network one with the
    parameters that the file has where the exporter folds some."""
    for exporter in exporters:
        path = folder / exporter / f"{name}.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            shake(net)
            net.train(training)
            names = [f"input_{i}" for i in range(len(inputs))]
            options = {"input_names": names, "output_names": ["output"]}
            if exporter == "dynamo":
                options["dynamic_shapes"] = tuple({0: torch.export.Dim("batch")} for _ in inputs)
                options["external_data"] = False
            else:
                options["dynamic_axes"] = {n: {0: "batch"} for n in [*names, "output"]}
                if training:
                    options["training"] = torch.onnx.TrainingMode.TRAINING
                    options["do_constant_folding"] = False
            torch.onnx.export(net, tuple(inputs), str(path), dynamo=exporter == "dynamo", verbose=False, **options)
            more = {}
            if tune is not None:
                tuned = {"labels": listed(tune), "constants": constants_of(path, net), "rate": RATE, "momentum": MOMENTUM, "runs": []}
                for mode in ["batch"] if training else modes:
                    reference = copy.deepcopy(net) if folded is None else folded(net)
                    losses = losses_of(reference, inputs, tune, mode == "batch")
                    statistics = {k: listed(v.detach()) for k, v in reference.named_buffers() if "running_" in k}
                    tuned["runs"].append({"batchNorm": mode, "losses": losses, "statistics": statistics})
                more = {"tuned": tuned}
            with torch.no_grad():
                known = [copy.deepcopy(net).eval()(*inputs).numpy()] if training else None
            record(f"{exporter} {name}", path, [x.numpy() for x in inputs], known=known, **more)
        except Exception as error:  # an exporter that cannot is noted, not hidden
            traceback.print_exc()
            missing.append({"name": f"{exporter} {name}", "reason": f"{type(error).__name__}: {str(error)[:300]}"})


def shake(net):
    """Exporters merge tensors that are equal, such as the ones and zeros that normalizations begin with; these would then be trained as one."""
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.02)


def constants_of(path, net):
    """Tensors of the file that stand for numbers of the network's code, such as the ones that an exporter puts into an operator."""
    trained = {name for name, _ in net.named_parameters()}
    return [
        tensor.name
        for tensor in onnx.load(str(path)).graph.initializer
        if tensor.name not in trained and np.unique(onnx.numpy_helper.to_array(tensor)).size == 1
    ]


def labels(count, classes):
    return torch.arange(count) % classes


# ---------------------------------------------------------------------------------------------------------------- networks of PyTorch


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return torch.relu(x + self.conv2(torch.relu(self.conv1(x))))


class UNet(nn.Module):
    """One level down and up, with both ways of making an image larger."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 4, 3, padding=1)
        self.middle = nn.Conv2d(4, 8, 3, padding=1)
        self.up = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)
        self.last = nn.Conv2d(12, 2, 1)

    def forward(self, x):
        a = torch.relu(self.down(x))
        b = torch.relu(self.middle(nn.functional.max_pool2d(a, 2)))
        c = nn.functional.interpolate(b, scale_factor=2, mode="bilinear", align_corners=False)[:, :4]
        return self.last(torch.cat([a, self.up(b), c], 1)).amax((2, 3))


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.rnn = kind(5, 6, batch_first=True, **options)
        self.head = nn.Linear(12 if options.get("bidirectional") else 6, 3)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True, activation="gelu")
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(16, 3)

    def forward(self, x):
        return self.head(self.encoder(x).mean(1))


def fused(net):
    """A sequential with each batch normalization folded into the convolution in front, as exporters do."""
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    parts, out = list(copy.deepcopy(net).eval()), []
    for i, part in enumerate(parts):
        if isinstance(part, nn.BatchNorm2d) and isinstance(parts[i - 1], nn.Conv2d):
            out[-1] = fuse_conv_bn_eval(parts[i - 1], part)
        else:
            out.append(part)
    return nn.Sequential(*out)


def shaken(net):
    """Statistics and scales of batch normalizations that are not those of a new network."""
    for part in net.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(part.weight, 0.5, 1.5)
            nn.init.uniform_(part.bias, -0.5, 0.5)
            nn.init.uniform_(part.running_mean, -0.5, 0.5)
            nn.init.uniform_(part.running_var, 0.5, 1.5)
    return net


def family_torch():
    images = torch.randn(4, 3, 12, 12)
    sequences = torch.randn(4, 7, 5)
    mlp = nn.Sequential(nn.Flatten(), nn.Linear(20, 16), nn.Tanh(), nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 3))
    export("mlp", mlp, [torch.randn(4, 4, 5)], tune=labels(4, 3))
    cnn = shaken(
        nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3, stride=2), nn.BatchNorm2d(8), nn.SiLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3),
        )
    )  # fmt: skip
    export("cnn-folded", cnn, [images], tune=labels(4, 3), folded=fused)
    export("cnn-training", cnn, [images], tune=labels(4, 3), training=True, exporters=["script"])
    # Behind a ReLU nothing can be folded: the statistics stay in the file.
    late = shaken(
        nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.BatchNorm2d(6), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(150, 3))
    )
    export("batchnorm", late, [images], tune=labels(4, 3), modes=["running", "batch"])
    depthwise = nn.Sequential(
        nn.Conv2d(3, 6, 1), nn.Hardswish(), nn.Conv2d(6, 6, 3, padding=1, groups=6), nn.ReLU6(), nn.GroupNorm(2, 6),
        nn.Conv2d(6, 8, 3, stride=2, dilation=2, padding=2), nn.LeakyReLU(0.2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3),
    )  # fmt: skip
    export("depthwise", depthwise, [images], tune=labels(4, 3))
    residual = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), ResidualBlock(6), nn.MaxPool2d(3, 2, 1), ResidualBlock(6),
        nn.AvgPool2d(2, ceil_mode=True), nn.Flatten(), nn.Linear(54, 3),
    )  # fmt: skip
    export("residual", residual, [images], tune=labels(4, 3))
    export("unet", UNet(), [torch.randn(2, 1, 8, 8)], tune=labels(2, 2))
    export("lstm", Recurrent(nn.LSTM), [sequences], tune=labels(4, 3))
    export("lstm-both", Recurrent(nn.LSTM, bidirectional=True, num_layers=2), [sequences], tune=labels(4, 3))
    export("gru", Recurrent(nn.GRU), [sequences], tune=labels(4, 3))
    export("rnn", Recurrent(nn.RNN), [sequences], tune=labels(4, 3))
    export("transformer", Encoder(), [torch.randn(4, 6, 16)], tune=labels(4, 3))


declared = []


def declare_vision():
    """The wheel of torchvision may be made for another PyTorch: the operators that it looks for when it is imported have to be there."""
    if declared:
        return
    declared.append(torch.library.Library("torchvision", "DEF"))
    for name in ["nms", "qnms"]:
        declared[0].define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def family_vision():
    declare_vision()
    import timm
    import torchvision

    images = torch.randn(2, 3, 64, 64)
    export("torchvision-resnet18", torchvision.models.resnet18(num_classes=5), [images], exporters=["script"])
    export("torchvision-squeezenet", torchvision.models.squeezenet1_1(num_classes=5, dropout=0.0), [images], exporters=["script"])
    export("torchvision-mobilenet", torchvision.models.mobilenet_v2(num_classes=5, width_mult=0.35), [images], exporters=["dynamo"])
    export("timm-mobilenetv3", timm.create_model("mobilenetv3_small_050", num_classes=5), [images])
    export("timm-convnext", timm.create_model("convnext_atto", num_classes=5), [images], exporters=["dynamo"])
    export("timm-vit", timm.create_model("vit_tiny_patch16_224", img_size=64, depth=2, num_classes=5), [images], exporters=["dynamo"])


class Logits(nn.Module):
    """A network of transformers as a function of tensors."""

    def __init__(self, net, names):
        super().__init__()
        self.net, self.names = net, names

    def forward(self, first, second=None):
        inputs = [first] if second is None else [first, second]
        return self.net(**dict(zip(self.names, inputs, strict=True))).logits


def family_transformers():
    # It imports torchvision where that is there.
    declare_vision()
    import transformers as t

    tokens = torch.randint(0, 40, (2, 7))
    mask = torch.tensor([[1] * 7, [1] * 5 + [0] * 2])
    none = {"attn_implementation": "eager"}
    bert = t.BertConfig(
        vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, max_position_embeddings=16,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, num_labels=3, **none,
    )  # fmt: skip
    net = Logits(t.BertForSequenceClassification(bert), ["input_ids", "attention_mask"])
    export("bert", net, [tokens, mask], tune=labels(2, 3), exporters=["dynamo"])
    distil = t.DistilBertConfig(
        vocab_size=40, dim=16, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=16, dropout=0.0, attention_dropout=0.0,
        seq_classif_dropout=0.0, num_labels=3, **none,
    )  # fmt: skip
    net = Logits(t.DistilBertForSequenceClassification(distil), ["input_ids", "attention_mask"])
    export("distilbert", net, [tokens, mask], tune=labels(2, 3), exporters=["dynamo"])
    vit = t.ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, image_size=16, patch_size=4,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, num_labels=3, **none,
    )  # fmt: skip
    export("vit", Logits(t.ViTForImageClassification(vit), ["pixel_values"]), [torch.randn(2, 3, 16, 16)], tune=labels(2, 3))
    gpt = t.GPT2Config(
        vocab_size=40, n_embd=16, n_layer=2, n_head=2, n_positions=16, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, use_cache=False,
        **none,
    )  # fmt: skip
    export("gpt2", Logits(t.GPT2LMHeadModel(gpt), ["input_ids"]), [tokens], exporters=["dynamo"])


def family_keras():
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    image = keras.Sequential(
        [
            keras.Input((12, 12, 3)), layers.Conv2D(6, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(),
            layers.MaxPooling2D(), layers.DepthwiseConv2D(3), layers.GlobalAveragePooling2D(), layers.Dense(3),
        ]
    )  # fmt: skip
    sequence = keras.Sequential([keras.Input((7, 5)), layers.LSTM(6), layers.Dense(3, activation="softmax")])
    x = {"image": np.random.default_rng(0).normal(size=(4, 12, 12, 3)), "sequence": np.random.default_rng(1).normal(size=(4, 7, 5))}
    for name, net in {"image": image, "sequence": sequence}.items():
        path = folder / f"keras-{name}.onnx"
        try:
            net(x[name].astype(np.float32))
            net.export(str(path), format="onnx", verbose=False)
            record(f"keras {name}", path, [x[name].astype(np.float32)])
        except Exception as error:
            traceback.print_exc()
            missing.append({"name": f"keras {name}", "reason": f"{type(error).__name__}: {str(error)[:300]}"})


def family_sklearn():
    import skl2onnx
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] ** 2 > 0.5).astype(int) + (x[:, 2] > 1)
    for name, net in {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
        "linear": LinearRegression(),
        "forest": RandomForestClassifier(5, max_depth=4),
        "boosting": GradientBoostingClassifier(n_estimators=5),
    }.items():
        path = folder / f"sklearn-{name}.onnx"
        made = skl2onnx.to_onnx(net.fit(x, y), x[:1], options={} if name == "linear" else {"zipmap": False})
        path.write_bytes(made.SerializeToString())
        record(f"sklearn {name}", path, [x[:6]])


for name, family in {
    "torch": family_torch,
    "vision": family_vision,
    "transformers": family_transformers,
    "keras": family_keras,
    "sklearn": family_sklearn,
}.items():
    if families and name not in families:
        continue
    try:
        family()
    except ImportError as error:
        missing.append({"name": name, "reason": str(error)})
(folder / "answers.json").write_text(json.dumps({"answers": answers, "missing": missing}))
