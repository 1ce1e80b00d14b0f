import type { TermEntries } from '../entry.ts';

/** What goes into a network. */
export const DATA_TERMS = {
  tensor: {
    name: { en: 'tensor', zh: '张量' },
    says: {
      en: 'Numbers in a grid with any number of axes. A number alone has none, a row of numbers one, a table two; a batch of pictures has four: batch, channels, height, width.',
      zh: '按任意多个轴排列的一组数。单个数没有轴，一行数有一个轴，表格有两个轴；一批图片有四个轴：批、通道、高、宽。',
    },
    formula: '64 × 1 × 28 × 28',
    related: ['shape', 'channel', 'batch'],
    view: 'build',
  },
  shape: {
    name: { en: 'shape', zh: '形状' },
    says: {
      en: 'How many numbers a tensor has along each axis. A layer takes certain shapes only, and says which shape comes out.',
      zh: '张量在每个轴上有多少个数。每一层只接受特定的形状，并决定输出的形状。',
    },
    formula: '[batch, 1, 28, 28] → flatten → [batch, 784]',
    related: ['tensor', 'flatten'],
    view: 'build',
  },
  dataset: {
    name: { en: 'data set', zh: '数据集' },
    says: {
      en: 'Samples of one kind, such as pictures of handwritten digits, mostly with a label each.',
      zh: '同一类样本的集合，例如手写数字图片，通常每个样本都有标签。',
    },
    related: ['sample', 'label', 'trainingSet'],
    view: 'train',
  },
  sample: {
    name: { en: 'sample', zh: '样本' },
    says: {
      en: 'One example of a data set: one picture, or one row of a table.',
      zh: '数据集中的一个例子：一张图片，或表格中的一行。',
    },
    related: ['dataset', 'feature', 'label'],
  },
  feature: {
    name: { en: 'feature', zh: '特征' },
    says: {
      en: 'One measured property of a sample, such as the brightness of one pixel. What a hidden layer computes is called a feature, too: the network learns these by itself.',
      zh: '样本的一个可度量的属性，例如某个像素的亮度。隐藏层算出的数也叫特征，它们由网络自己学到。',
    },
    related: ['sample', 'featureMap', 'label'],
    view: 'inside',
  },
  label: {
    name: { en: 'label', zh: '标签' },
    says: {
      en: 'The right answer of a sample, such as the digit that a picture shows. Training compares it with the output of the network.',
      zh: '样本的正确答案，例如图片上写的是哪个数字。训练时把它与网络的输出作比较。',
    },
    related: ['classes', 'loss', 'sample'],
  },
  classes: {
    name: { en: 'classes', zh: '类别' },
    says: {
      en: 'The possible answers of a classification. Digits have ten; the network gives one number for each.',
      zh: '分类任务中可能的答案。手写数字有十个类别，网络为每个类别输出一个数。',
    },
    related: ['label', 'logits', 'softmax'],
  },
  normalization: {
    name: { en: 'normalization', zh: '数据归一化' },
    says: {
      en: 'Brings inputs to a common range before training, such as from 0–255 to 0–1, or to mean 0 and standard deviation 1. Training then goes faster and more evenly.',
      zh: '训练前把输入变换到统一的范围，例如从 0–255 变到 0–1，或变为均值 0、标准差 1。这样训练更快、更平稳。',
    },
    formula: "x' = (x − mean) / std",
    related: ['batchNorm', 'feature'],
  },
  augmentation: {
    name: { en: 'data augmentation', zh: '数据增强' },
    says: {
      en: 'Small random changes of the training samples, such as shifts and rotations, which keep the label. The network sees more variety and generalizes better.',
      zh: '对训练样本作不改变标签的小幅随机变化，例如平移、旋转。网络见到的情形更多，泛化更好。',
    },
    related: ['generalization', 'trainingSet'],
  },
  trainingSet: {
    name: { en: 'training set', zh: '训练集' },
    says: {
      en: 'The samples from which the network learns: only they produce gradients.',
      zh: '网络用来学习的样本：只有它们产生梯度。',
    },
    related: ['validationSet', 'testSet', 'overfitting'],
    view: 'train',
  },
  validationSet: {
    name: { en: 'validation set', zh: '验证集' },
    says: {
      en: 'Samples held out from training, by which hyperparameters are chosen and overfitting is noticed. It produces no gradients.',
      zh: '从训练数据中留出的样本，用来选择超参数、发现过拟合，不产生梯度。',
    },
    related: ['trainingSet', 'testSet', 'hyperparameter', 'earlyStopping'],
    view: 'train',
  },
  testSet: {
    name: { en: 'test set', zh: '测试集' },
    says: {
      en: 'Samples that are used once, at the end, to judge the finished network. Whoever tunes by them no longer measures generalization.',
      zh: '只在最后用来评价成品网络的样本。如果用它来调参，测出的就不再是泛化能力。',
    },
    related: ['validationSet', 'generalization', 'accuracy'],
    view: 'use',
  },
  seed: {
    name: { en: 'random seed', zh: '随机种子' },
    says: {
      en: 'The number from which all randomness of a run comes: initial weights, order of the batches, dropout. The same seed and the same settings give the same curve.',
      zh: '一次训练中所有随机性的来源：初始权重、批的顺序、dropout。种子和设置相同，曲线就相同。',
    },
    related: ['initialization', 'dropout', 'batch'],
    view: 'compare',
  },
} as const satisfies TermEntries;
