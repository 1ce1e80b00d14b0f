import type { TermEntries } from '../entry.ts';

/** What a network is made of. */
export const NETWORK_TERMS = {
  neuron: {
    name: { en: 'neuron', zh: '神经元' },
    says: {
      en: 'Multiplies each input by a weight, adds the products and a bias, and passes the sum through an activation function.',
      zh: '把每个输入乘以权重，求和后加上偏置，再经过激活函数。',
    },
    formula: 'y = f(w₁x₁ + … + wₙxₙ + b)',
    related: ['weight', 'bias', 'activation'],
    view: 'inside',
  },
  layer: {
    name: { en: 'layer', zh: '层' },
    says: {
      en: 'One step of the computation: takes a tensor and gives a tensor. A network is a row of layers.',
      zh: '计算中的一步：输入一个张量，输出一个张量。网络就是一层接一层。',
    },
    related: ['fullyConnected', 'convolution', 'pooling', 'shape'],
    view: 'build',
  },
  mlp: {
    name: { en: 'multilayer perceptron (MLP)', zh: '多层感知机（MLP）' },
    says: {
      en: 'A network of fully connected layers with activation functions between them. Without those functions it could do no more than a single layer.',
      zh: '由全连接层和中间的激活函数组成的网络。没有激活函数，它的能力与单独一层相同。',
    },
    formula: '784 → 256 → 10',
    related: ['fullyConnected', 'activation'],
    view: 'build',
  },
  fullyConnected: {
    name: { en: 'fully connected layer', zh: '全连接层' },
    says: {
      en: 'Each output depends on every input, with a weight for each pair and a bias for each output.',
      zh: '每个输出都与所有输入相连：每一对输入和输出有一个权重，每个输出有一个偏置。',
    },
    formula: 'y = Wx + b, in·out + out parameters',
    related: ['weight', 'bias', 'mlp', 'convolution'],
    view: 'build',
  },
  weight: {
    name: { en: 'weight', zh: '权重' },
    says: {
      en: 'A number by which an input is multiplied. Weights are what training changes; they lie outside the layers, as parameters with names.',
      zh: '与输入相乘的数。训练改变的就是权重；它们作为有名字的参数，存放在层之外。',
    },
    related: ['bias', 'parameter', 'gradient', 'optimizer'],
    view: 'train',
  },
  bias: {
    name: { en: 'bias', zh: '偏置' },
    says: {
      en: 'A number that is added to the weighted sum, so that an output need not be zero where all inputs are. It is learned like the weights.',
      zh: '加到加权和上的数，使输入全为零时输出也可以不为零。它和权重一样由训练得到。',
    },
    related: ['weight', 'parameter'],
  },
  parameter: {
    name: { en: 'parameter', zh: '参数' },
    says: {
      en: 'A number that training determines: all weights and biases. 784-256-10 has 203,530 of them.',
      zh: '由训练确定的数，即全部权重和偏置。784-256-10 网络共有 203,530 个参数。',
    },
    formula: '784·256 + 256 + 256·10 + 10 = 203 530',
    related: ['weight', 'bias', 'hyperparameter'],
    view: 'build',
  },
  hyperparameter: {
    name: { en: 'hyperparameter', zh: '超参数' },
    says: {
      en: 'What you choose before training: learning rate, batch size, number of epochs, structure of the network. Training does not change it.',
      zh: '训练前由人选定的量：学习率、批大小、轮数、网络结构。训练不会改变它们。',
    },
    related: ['parameter', 'learningRate', 'batch', 'validationSet'],
    view: 'train',
  },
  initialization: {
    name: { en: 'initialization', zh: '参数初始化' },
    says: {
      en: 'The random numbers with which the parameters begin. Too large or too small, they make signals explode or vanish from layer to layer; all alike, the neurons of a layer stay alike. By default linear layers draw uniformly from ±1/√in, as in PyTorch.',
      zh: '参数开始时的随机值。太大或太小，信号会逐层爆炸或消失；如果全都相同，同一层的神经元就始终相同。默认与 PyTorch 一致：全连接层在 ±1/√输入数 之间均匀取值。',
    },
    related: ['seed', 'weight'],
  },
  activation: {
    name: { en: 'activation function', zh: '激活函数' },
    says: {
      en: 'A function that is not a straight line, applied to each number after a layer. It is what makes several layers more than one.',
      zh: '逐个作用于层输出的非线性函数。有了它，多层网络才比单层更强。',
    },
    formula: 'relu(x) = max(0, x)',
    related: ['relu', 'sigmoid', 'tanh', 'softmax'],
    view: 'inside',
  },
  relu: {
    name: { en: 'ReLU', zh: 'ReLU（修正线性单元）' },
    says: {
      en: 'Keeps positive numbers and makes negative ones zero. Its derivative is 1 or 0, so gradients do not shrink where it is active.',
      zh: '保留正数，把负数变为零。导数是 1 或 0，在激活处梯度不会缩小。',
    },
    formula: 'max(0, x)',
    related: ['activation', 'sigmoid'],
    view: 'inside',
  },
  sigmoid: {
    name: { en: 'sigmoid', zh: 'sigmoid（S 形函数）' },
    says: {
      en: 'Maps every number to one between 0 and 1. Its derivative is at most 1/4 and nearly 0 far from the middle, so gradients fade in deep networks.',
      zh: '把任意数映射到 0 与 1 之间。导数最大为 1/4，远离中间时接近 0，因此深层网络的梯度会逐渐消失。',
    },
    formula: 'σ(x) = 1 / (1 + e⁻ˣ), σ′ = σ(1 − σ)',
    related: ['activation', 'tanh', 'relu'],
    view: 'inside',
  },
  tanh: {
    name: { en: 'tanh', zh: 'tanh（双曲正切）' },
    says: {
      en: 'Maps every number to one between −1 and 1; unlike the sigmoid it has its centre at 0.',
      zh: '把任意数映射到 −1 与 1 之间；与 sigmoid 不同，它以 0 为中心。',
    },
    formula: 'tanh′ = 1 − tanh²',
    related: ['activation', 'sigmoid'],
    view: 'inside',
  },
  softmax: {
    name: { en: 'softmax', zh: 'softmax' },
    says: {
      en: 'Turns logits into probabilities: all positive, with the sum 1. The largest logit gets the largest probability.',
      zh: '把 logits 变成概率：全为正数，和为 1；最大的 logit 得到最大的概率。',
    },
    formula: 'pᵢ = e^zᵢ / Σⱼ e^zⱼ',
    related: ['logits', 'crossEntropy', 'classes'],
    view: 'use',
  },
  logits: {
    name: { en: 'logits', zh: 'logits（未归一化的得分）' },
    says: {
      en: 'The numbers of the last layer, one for each class, before softmax. Cross entropy takes logits, so the network needs no softmax at its end.',
      zh: '最后一层的输出，每个类别一个数，尚未经过 softmax。交叉熵直接接收 logits，因此网络末尾不需要 softmax 层。',
    },
    related: ['softmax', 'crossEntropy'],
  },
  flatten: {
    name: { en: 'flatten', zh: '展平' },
    says: {
      en: 'Puts all numbers of a sample into one row. A picture of 28 × 28 becomes 784 features for a fully connected layer.',
      zh: '把一个样本的所有数排成一行。28 × 28 的图片变成 784 个特征，供全连接层使用。',
    },
    related: ['shape', 'fullyConnected'],
    view: 'build',
  },
  dropout: {
    name: { en: 'dropout', zh: 'dropout（随机失活）' },
    says: {
      en: 'Sets randomly chosen numbers to zero with probability p while training and scales the rest by 1/(1 − p), so that no neuron relies on a few others. In inference it does nothing.',
      zh: '训练时以概率 p 随机把一些数置零，其余的乘以 1/(1 − p)，使神经元不依赖于少数几个其他神经元。推理时不起作用。',
    },
    related: ['overfitting', 'weightDecay', 'inference'],
    view: 'build',
  },
  batchNorm: {
    name: { en: 'batch normalization', zh: '批归一化' },
    says: {
      en: 'Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it by two learned numbers. In inference it uses averages that were collected while training.',
      zh: '在一批数据上把每个通道变为均值 0、方差 1，再用两个可学习的数缩放和平移。推理时使用训练期间累积的平均值。',
    },
    formula: 'y = γ·(x − μ)/√(σ² + ε) + β',
    related: ['batch', 'channel', 'normalization', 'inference'],
    view: 'build',
  },
} as const satisfies TermEntries;
