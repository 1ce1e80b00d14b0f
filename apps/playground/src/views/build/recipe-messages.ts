import { messages } from '../../i18n/messages.ts';

export const recipeTexts = messages({
  en: {
    title: 'Training',
    optimizer: 'Optimizer',
    loss: 'Loss',
    automatic: (name: string) => `${name}, as the data ask for`,
    lr: 'Learning rate',
    schedule: 'Learning rate over time',
    constant: 'constant',
    batchSize: 'Batch size',
    epochs: 'Epochs',
    seed: 'Seed',
    more: 'More of the optimizer',
    whole: 'Optimizer in JSON',
  },
  zh: {
    title: '训练',
    optimizer: '优化器',
    loss: '损失函数',
    automatic: (name: string) => `${name}（由数据决定）`,
    lr: '学习率',
    schedule: '学习率的变化',
    constant: '不变',
    batchSize: '批大小',
    epochs: '轮数',
    seed: '随机种子',
    more: '优化器的更多选项',
    whole: '优化器（JSON）',
  },
});
