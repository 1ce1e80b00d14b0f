import { byTemplates } from '../i18n/templates.ts';

/** What core's findings say with their numbers; the longer of two that begin alike comes first. */
export const seenInChinese: (text: string) => string | null = byTemplates([
  // Learning rate too high.
  [
    'the training loss was {} that of a constant answer, {} in epoch {} and {} at the end',
    '训练损失一开始为 {1}（相当于总是给出同一个答案），第 {3} 轮为 {2}，结束时为 {4}',
  ],
  [
    'the training loss was {} before the first update, {} in epoch {} and {} at the end',
    '训练损失在第一次更新前为 {1}，第 {3} 轮为 {2}，结束时为 {4}',
  ],
  ['the training loss rose, from {} in epoch {} to {}', '训练损失升高了：第 {2} 轮为 {1}，后来到 {3}'],
  ['the training loss jumps: it went from {} to {} in epoch {}', '训练损失忽高忽低：第 {3} 轮从 {1} 变到 {2}'],
  [
    '{} updates moved the weights by {} times their first size, and the training loss is {}, {} below that of a constant answer',
    '{1} 次更新使权重移动了初始大小的 {2} 倍，训练损失为 {3}，只比总是给出同一个答案低 {4}',
  ],
  // Learning rate too low.
  [
    '{} updates moved the weights by only {} of their size, and the training loss is {}',
    '{1} 次更新只让权重移动了自身大小的 {2}，训练损失为 {3}',
  ],
  [
    'the training loss was still falling at the end, but in {} epochs it only went from {} to {}',
    '结束时训练损失仍在下降，但 {1} 轮里只从 {2} 降到 {3}',
  ],
  // Overfitting and underfitting.
  [
    'the held-out loss was lowest in epoch {} ({}) and ended at {}, while the training loss fell from {} to {}',
    '留出数据上的损失在第 {1} 轮最低（{2}），结束时为 {3}，而训练损失从 {4} 降到 {5}',
  ],
  ['training accuracy {} against {} on held-out data', '训练准确率 {1}，留出数据上为 {2}'],
  [
    'the training loss is {} against {} on held-out data, where a constant answer has {}',
    '训练损失为 {1}，留出数据上为 {2}，而总是给出同一个答案的损失为 {3}',
  ],
  [
    'training accuracy is only {}, and the training loss has nearly stopped falling',
    '训练准确率只有 {1}，训练损失几乎不再下降',
  ],
  [
    'training accuracy is only {}, and all that the network knows goes through the {} units of layer {}',
    '训练准确率只有 {1}，而网络的全部信息都要经过第 {3} 层的 {2} 个单元',
  ],
  [
    'the training loss is {}, only {} below that of a constant answer, and the training loss has nearly stopped falling',
    '训练损失为 {1}，只比总是给出同一个答案低 {2}，并且几乎不再下降',
  ],
  [
    'the training loss is {}, only {} below that of a constant answer, and all that the network knows goes through the {} units of layer {}',
    '训练损失为 {1}，只比总是给出同一个答案低 {2}，而网络的全部信息都要经过第 {4} 层的 {3} 个单元',
  ],
  // The rest.
  [
    'a batch of {} out of {} samples makes one update an epoch, {} in all, and the training loss was still falling at {}',
    '{2} 个样本中每批取 {1} 个，每轮只有 1 次更新，一共 {3} 次，而训练损失在 {4} 时仍在下降',
  ],
  [
    'a batch of {} out of {} samples makes two updates an epoch, {} in all, and the training loss was still falling at {}',
    '{2} 个样本中每批取 {1} 个，每轮只有 2 次更新，一共 {3} 次，而训练损失在 {4} 时仍在下降',
  ],
  ['the weights have shrunk to {} of their first size', '权重已缩小到初始大小的 {1}'],
  ['all {} units of layer {} have the same weights', '第 {2} 层的 {1} 个单元权重完全相同'],
  [
    'dropout({}) sets {} of the values to zero in training, where the loss is {}; without it, on held-out data, it is {}',
    'dropout({1}) 在训练时把 {2} 的数置零，此时损失为 {3}；不用它时，留出数据上为 {4}',
  ],
  [
    '{} updates had no parameter to change: all are frozen, or the network has none',
    '{1} 次更新没有可以改变的参数：全部被冻结，或者网络没有参数',
  ],
  [
    'the first layer with weights, {}, gets numbers from {} to {}; it is made for numbers near 1',
    '第一个有权重的层 {1} 收到的数从 {2} 到 {3}，而它适合 1 附近的数',
  ],
  [
    '{} of {} units of layer {} are zero for every sample; the training loss is {}',
    '第 {3} 层的 {2} 个单元中有 {1} 个对每个样本都输出零；训练损失为 {4}',
  ],
  ['on average {} of a batch are of one class, where {} would be usual', '平均每批有 {1} 属于同一类别，正常约为 {2}'],
  [
    'the network ends in {}, but {} takes logits and puts its own {} on top: no class of {} can get more than {}',
    '网络以 {1} 结尾，但 {2} 需要 logits，并会自己再加一次 {3}：{4} 个类别中任何一个都得不到超过 {5} 的概率',
  ],
  [
    'the network ends in {}, but {} takes logits and puts its own {} on top',
    '网络以 {1} 结尾，但 {2} 需要 logits，并会自己再加一次 {3}',
  ],
  [
    'the network ends in a linear layer, whose numbers have no limits, but {} takes probabilities',
    '网络以线性层结尾，输出没有范围限制，但 {1} 需要概率',
  ],
  [
    'the network ends in a linear layer, whose numbers have no limits, but {} takes log-probabilities',
    '网络以线性层结尾，输出没有范围限制，但 {1} 需要概率的对数',
  ],
  ['the network ends in {}, but {} takes the logarithms of probabilities', '网络以 {1} 结尾，但 {2} 需要概率的对数'],
  [
    'the network ends in {}, which gives numbers {}, but the targets go from {} to {}',
    '网络以 {1} 结尾，输出的范围有限（{2}），而目标值从 {3} 到 {4}',
  ],
  [
    'the targets have mean {} and standard deviation {}, and a network starts with answers near 0',
    '目标值的均值为 {1}，标准差为 {2}，而网络一开始的输出在 0 附近',
  ],
  ['every training sample has label {}', '每个训练样本的标签都是 {1}'],
  [
    'training accuracy {} is that of always answering class {}, which {} of the samples have',
    '训练准确率 {1} 等于总是回答类别 {2}，占样本的 {3}',
  ],
  [
    'training accuracy is {}, but {} on held-out data, as by guessing ({})',
    '训练准确率为 {1}，留出数据上为 {2}，和瞎猜（{3}）一样',
  ],
  [
    'the weights moved, but the training loss stays at {}, that of knowing nothing but how frequent the classes are ({})',
    '权重动了，但训练损失停在 {1}，相当于只知道各类别的比例（{2}）',
  ],
  [
    'the gradient of the weights is {} in the last layer, {}, and {} in the first, {}',
    '权重的梯度在最后一层 {2} 为 {1}，在第一层 {4} 为 {3}',
  ],
  ['class {} of the held-out data is not in the training data', '留出数据中的类别 {1} 在训练数据里没有'],
  ['class {} of the training data is not in the held-out data', '训练数据中的类别 {1} 在留出数据里没有'],
  [
    'training samples go from {} to {}, mean {}, standard deviation {}; held-out samples from {} to {}, mean {}, standard deviation {}',
    '训练样本从 {1} 到 {2}，均值 {3}，标准差 {4}；留出样本从 {5} 到 {6}，均值 {7}，标准差 {8}',
  ],
]);

/** Advice that names a number to try; other advice stands in the meaning of its rule. */
export const adviceInChinese: (text: string) => string | null = byTemplates([
  [
    'try lr {} instead of {}, and a tenth of that if the loss is still high',
    '试试把学习率从 {2} 改为 {1}；如果损失仍然很高，再除以 10',
  ],
  ['try lr {} instead of {}, or more epochs', '试试把学习率从 {2} 改为 {1}，或者多训练几轮'],
  ['try lr {} instead of {}', '试试把学习率从 {2} 改为 {1}'],
  [
    'such units get no gradient any more: try lr {} instead of {}, or use another initialization',
    '这些单元不再得到梯度：试试把学习率从 {2} 改为 {1}，或换一种初始化',
  ],
  ['try batches of {}, or many more epochs', '试试每批 {1} 个样本，或者多训练很多轮'],
  ['try dropout(0.2) to dropout(0.5)', '试试 dropout(0.2) 到 dropout(0.5)'],
  ['put rescale(1 / 255) in front of it', '在它前面加上 rescale(1 / 255)'],
  ['make layer {} wider, such as 32 units', '把第 {1} 层加宽，例如 32 个单元'],
]);
