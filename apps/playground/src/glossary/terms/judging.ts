import type { TermEntries } from '../entry.ts';

/** How good a network is. */
export const JUDGING_TERMS = {
  accuracy: {
    name: { en: 'accuracy', zh: '准确率' },
    says: {
      en: 'The share of samples whose most probable class is the right one. It has no useful gradient, so training minimizes the loss instead.',
      zh: '概率最大的类别恰为正确类别的样本所占比例。它没有可用的梯度，所以训练时优化的是损失。',
    },
    formula: 'right / all',
    related: ['loss', 'confusionMatrix'],
    view: 'train',
  },
  confusionMatrix: {
    name: { en: 'confusion matrix', zh: '混淆矩阵' },
    says: {
      en: 'Counts for each label (row) which class was predicted (column). The diagonal is right; the rest shows what is mistaken for what.',
      zh: '对每个标签（行）统计被预测成各类别（列）的次数。对角线是正确的，其余表示把什么错认成了什么。',
    },
    related: ['accuracy', 'classes'],
    view: 'use',
  },
  generalization: {
    name: { en: 'generalization', zh: '泛化' },
    says: {
      en: 'How well a network does on samples that it never saw while training. That is what counts in use.',
      zh: '网络在训练时从未见过的样本上表现如何。实际使用时，这才是关键。',
    },
    related: ['overfitting', 'testSet'],
    view: 'inside',
  },
  overfitting: {
    name: { en: 'overfitting', zh: '过拟合' },
    says: {
      en: 'The network learns its training samples by heart: the training loss still falls while the validation loss stays or rises. More data, a smaller network, dropout or weight decay help.',
      zh: '网络把训练样本背了下来：训练损失还在下降，验证损失却不变或上升。增加数据、缩小网络、使用 dropout 或权重衰减会有帮助。',
    },
    related: ['underfitting', 'generalization', 'dropout', 'weightDecay', 'earlyStopping'],
    view: 'inside',
  },
  underfitting: {
    name: { en: 'underfitting', zh: '欠拟合' },
    says: {
      en: 'The network does badly even on its training samples. A larger network, more epochs or another learning rate help.',
      zh: '网络连训练样本都学不好。增大网络、增加轮数或调整学习率会有帮助。',
    },
    related: ['overfitting', 'learningRate'],
    view: 'inside',
  },
  learningCurve: {
    name: { en: 'learning curve', zh: '学习曲线' },
    says: {
      en: 'Loss or accuracy in the course of training. The gap between the curves of training and validation shows overfitting.',
      zh: '损失或准确率随训练过程的变化。训练曲线与验证曲线之间的差距反映过拟合。',
    },
    related: ['loss', 'accuracy', 'overfitting'],
    view: 'compare',
  },
  earlyStopping: {
    name: { en: 'early stopping', zh: '早停' },
    says: {
      en: 'Ends training when the validation loss has not improved for some epochs.',
      zh: '验证损失连续若干轮不再改善时，结束训练。',
    },
    related: ['validationSet', 'overfitting'],
  },
  divergence: {
    name: { en: 'divergence', zh: '发散' },
    says: {
      en: 'The loss grows from step to step until it is infinite or no number (NaN). Mostly the learning rate is too large.',
      zh: '损失一步比一步大，直到变成无穷大或非数（NaN）。多半是学习率太大。',
    },
    related: ['learningRate', 'rangeTest'],
    view: 'compare',
  },
  decisionBoundary: {
    name: { en: 'decision boundary', zh: '决策边界' },
    says: {
      en: 'The line in the plane of two features on which two classes are equally probable. A network without hidden layers draws a straight one.',
      zh: '在两个特征构成的平面上，两个类别概率相等的那条线。没有隐藏层的网络只能画出直线。',
    },
    related: ['classes', 'activation', 'overfitting'],
    view: 'inside',
  },
} as const satisfies TermEntries;
