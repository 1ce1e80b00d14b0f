import type { TermEntries } from '../entry.ts';

/** How a network learns. */
export const TRAINING_TERMS = {
  scalarFunction: {
    name: { en: 'scalar function', zh: '标量函数' },
    says: {
      en: 'A function whose value is a single number. The loss is one: of all parameters it makes one number, and therefore it has a gradient that points to where it grows.',
      zh: '函数值只有一个数的函数。损失就是标量函数：由全部参数得到一个数，因此有梯度，指向它增长最快的方向。',
    },
    formula: 'L(w₁, …, wₙ) ∈ ℝ',
    related: ['loss', 'gradient'],
  },
  forwardPass: {
    name: { en: 'forward pass', zh: '前向传播' },
    says: {
      en: 'Computes the output from the input, layer by layer.',
      zh: '从输入出发，逐层算出输出。',
    },
    related: ['backpropagation', 'inference'],
    view: 'train',
  },
  loss: {
    name: { en: 'loss', zh: '损失' },
    says: {
      en: 'One number that says how far the outputs are from the labels. Training makes it smaller.',
      zh: '表示输出与标签相差多少的一个数。训练就是让它变小。',
    },
    related: ['crossEntropy', 'meanSquaredError', 'scalarFunction', 'accuracy'],
    view: 'train',
  },
  crossEntropy: {
    name: { en: 'cross entropy', zh: '交叉熵' },
    says: {
      en: 'The loss of classifications: minus the logarithm of the probability that the network gives to the right class. A guess among ten classes costs ln 10 ≈ 2.303.',
      zh: '分类任务的损失：正确类别概率的对数取负。在十个类别中瞎猜，损失是 ln 10 ≈ 2.303。',
    },
    formula: 'L = −ln p(label)',
    related: ['loss', 'softmax', 'logits'],
    view: 'train',
  },
  meanSquaredError: {
    name: { en: 'mean squared error', zh: '均方误差' },
    says: {
      en: 'The loss of regressions: the mean of the squared differences between outputs and targets.',
      zh: '回归任务的损失：输出与目标之差的平方的平均值。',
    },
    formula: 'L = mean((y − t)²)',
    related: ['loss'],
  },
  gradient: {
    name: { en: 'gradient', zh: '梯度' },
    says: {
      en: 'How much the loss changes when each parameter changes a little: one derivative for each parameter. It points to where the loss grows fastest, so an update goes against it.',
      zh: '每个参数稍微改变时损失改变多少：每个参数对应一个导数。它指向损失增长最快的方向，所以更新要沿它的反方向。',
    },
    formula: '∇L = (∂L/∂w₁, …, ∂L/∂wₙ)',
    related: ['backpropagation', 'gradientDescent', 'scalarFunction'],
    view: 'train',
  },
  backpropagation: {
    name: { en: 'backpropagation', zh: '反向传播' },
    says: {
      en: 'Computes the gradient of all parameters in one pass from the loss back to the input, by the chain rule.',
      zh: '利用链式法则，从损失回到输入，一遍算出所有参数的梯度。',
    },
    formula: '∂L/∂x = ∂L/∂y · ∂y/∂x',
    related: ['gradient', 'forwardPass'],
    view: 'train',
  },
  gradientDescent: {
    name: { en: 'gradient descent', zh: '梯度下降' },
    says: {
      en: 'Moves all parameters a little against the gradient, again and again. With the gradient of one batch instead of all samples it is called stochastic (SGD).',
      zh: '让所有参数沿梯度的反方向反复移动一小步。每次只用一批样本的梯度时，叫随机梯度下降（SGD）。',
    },
    formula: 'w ← w − η·∂L/∂w',
    related: ['learningRate', 'optimizer', 'batch'],
    view: 'train',
  },
  optimizer: {
    name: { en: 'optimizer', zh: '优化器' },
    says: {
      en: 'The rule that makes new parameters from old ones and their gradients, outside the network. It may keep numbers of its own for each parameter, which belong to this network alone.',
      zh: '在网络之外，由旧参数及其梯度得到新参数的规则。它可以为每个参数保存自己的状态，这些状态只属于这一个网络。',
    },
    related: ['gradientDescent', 'momentum', 'adam', 'learningRate'],
    view: 'train',
  },
  learningRate: {
    name: { en: 'learning rate', zh: '学习率' },
    says: {
      en: 'How large a step an update takes. Too small, the loss falls slowly; too large, it jumps about or grows without end.',
      zh: '每次更新的步子有多大。太小，损失下降缓慢；太大，损失来回跳动甚至发散。',
    },
    formula: 'η in w ← w − η·∂L/∂w',
    related: ['gradientDescent', 'rangeTest', 'schedule'],
    view: 'compare',
  },
  rangeTest: {
    name: { en: 'learning-rate range test', zh: '学习率范围测试' },
    says: {
      en: 'Raises the learning rate from step to step and watches the loss. Good rates lie where the loss falls steeply, well before it rises again.',
      zh: '逐步增大学习率并观察损失。合适的学习率在损失快速下降、远未回升的一段。',
    },
    related: ['learningRate', 'hyperparameter'],
    view: 'train',
  },
  schedule: {
    name: { en: 'learning-rate schedule', zh: '学习率调度' },
    says: {
      en: 'Changes the learning rate in the course of training, mostly downwards: large steps at first, small ones near the minimum.',
      zh: '在训练过程中改变学习率，通常逐渐减小：开始步子大，接近最小值时步子小。',
    },
    related: ['learningRate'],
  },
  momentum: {
    name: { en: 'momentum', zh: '动量' },
    says: {
      en: 'Adds up past gradients, of which older ones count less, and moves along their sum. Steps in a steady direction grow, and those to and fro cancel.',
      zh: '累加过去的梯度（越早的权重越小），沿累加的方向移动。方向一致的步子变大，来回摆动的互相抵消。',
    },
    formula: 'v ← μ·v + g, w ← w − η·v',
    related: ['optimizer', 'gradientDescent', 'adam'],
    view: 'train',
  },
  adam: {
    name: { en: 'Adam', zh: 'Adam' },
    says: {
      en: 'An optimizer that divides the averaged gradient of each parameter by its typical size, so that all parameters move at about the same pace. A usual learning rate is 0.001.',
      zh: '把每个参数的平均梯度除以它的典型大小，使各参数以相近的步幅移动的优化器。常用学习率为 0.001。',
    },
    formula: 'w ← w − η·m̂/(√v̂ + ε)',
    related: ['optimizer', 'momentum'],
    view: 'train',
  },
  weightDecay: {
    name: { en: 'weight decay', zh: '权重衰减' },
    says: {
      en: 'Pulls weights a little towards zero at each update. Smaller weights make smoother functions, which overfit less.',
      zh: '每次更新时把权重向零拉近一点。权重较小，函数较平滑，不易过拟合。',
    },
    formula: 'w ← w − η·(∂L/∂w + λ·w)',
    related: ['overfitting', 'dropout', 'optimizer'],
  },
  batch: {
    name: { en: 'batch', zh: '批' },
    says: {
      en: 'The samples of one update. Small batches give noisy gradients and many updates, large ones smooth gradients and few.',
      zh: '一次更新所用的样本。批小，梯度噪声大、更新次数多；批大，梯度平稳、更新次数少。',
    },
    related: ['step', 'epoch', 'gradientDescent'],
    view: 'train',
  },
  step: {
    name: { en: 'step', zh: '步' },
    says: {
      en: 'One update on one batch: forward pass, loss, backpropagation, new parameters.',
      zh: '用一批样本更新一次：前向传播、损失、反向传播、新参数。',
    },
    related: ['batch', 'epoch'],
    view: 'train',
  },
  epoch: {
    name: { en: 'epoch', zh: '轮' },
    says: {
      en: 'One pass over all training samples, in a new random order each time.',
      zh: '把全部训练样本用一遍，每轮重新打乱顺序。',
    },
    formula: 'steps = ⌈samples / batch size⌉',
    related: ['batch', 'step'],
    view: 'train',
  },
} as const satisfies TermEntries;
