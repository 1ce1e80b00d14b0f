import type { FindingRule } from '@descent/core';
import { messages } from '../i18n/messages.ts';

type Texts = Readonly<Record<FindingRule, string>>;

/** What core's rules are called. A rule without a name in a language does not compile. */
export const ruleNames = messages({
  en: {
    'activation before the loss': 'Activation before the loss',
    'class imbalance': 'Class imbalance',
    'data leak': 'Data leak',
    'data not shuffled': 'Data not shuffled',
    'dead units': 'Dead units',
    'dropout too strong': 'Dropout too strong',
    'identical units': 'Identical units',
    'input too large': 'Input too large',
    'input too small': 'Input too small',
    'labels do not fit the inputs': 'Labels do not fit the inputs',
    'learning rate too high': 'Learning rate too high',
    'learning rate too low': 'Learning rate too low',
    'held-out data differ': 'Held-out data differ',
    'nothing is trained': 'Nothing is trained',
    'one class only': 'One class only',
    'output cannot reach the targets': 'Output cannot reach the targets',
    'output is not what the loss takes': 'Output is not what the loss takes',
    overfitting: 'Overfitting',
    'targets not scaled': 'Targets not scaled',
    'too few updates': 'Too few updates',
    underfitting: 'Underfitting',
    'vanishing gradients': 'Vanishing gradients',
    'weights decay too fast': 'Weights decay too fast',
  } satisfies Texts,
  zh: {
    'activation before the loss': '损失函数之前多了激活函数',
    'class imbalance': '类别不平衡',
    'data leak': '数据泄漏',
    'data not shuffled': '数据没有打乱',
    'dead units': '神经元“死亡”',
    'dropout too strong': 'dropout 过强',
    'identical units': '各单元完全相同',
    'input too large': '输入数值过大',
    'input too small': '输入数值过小',
    'labels do not fit the inputs': '标签与输入对不上',
    'learning rate too high': '学习率过大',
    'learning rate too low': '学习率过小',
    'held-out data differ': '留出数据与训练数据不同',
    'nothing is trained': '没有可训练的参数',
    'one class only': '只有一个类别',
    'output cannot reach the targets': '输出达不到目标值',
    'output is not what the loss takes': '输出不是损失函数所要的',
    overfitting: '过拟合',
    'targets not scaled': '目标值没有缩放',
    'too few updates': '更新次数太少',
    underfitting: '欠拟合',
    'vanishing gradients': '梯度消失',
    'weights decay too fast': '权重衰减过快',
  },
});

/** What each rule means, and what usually helps. */
export const ruleMeanings = messages({
  en: {
    'activation before the loss':
      'The loss expects the raw outputs (logits) and applies softmax or sigmoid itself. An activation before it squeezes the outputs, so no answer can be certain. Remove the last activation.',
    'class imbalance':
      'The accuracy is that of always answering the most frequent class. Weight the classes, show rare ones more often, and look at each class on its own.',
    'data leak':
      'Samples of the held-out set are in the training set as well, so the held-out scores look better than they are. Split again without duplicates.',
    'data not shuffled':
      'Each batch holds nearly one class, so the network forgets one class while it learns the next. Shuffle the training data.',
    'dead units':
      'Most units of a ReLU layer give zero for every sample, so no gradient reaches their weights any more. Lower the learning rate or initialize differently.',
    'dropout too strong':
      'Dropout removes so much that the network does better without it than in training. Take 0.2 to 0.5.',
    'identical units':
      'All units of a layer have the same weights and get the same gradient, so they stay equal. Let weights start at random.',
    'input too large':
      'The first weights get large numbers, such as pixels from 0 to 255, though they are initialized for numbers near 1. Scale the input.',
    'input too small':
      'The first weights get tiny numbers, such as pixels divided by 255 twice, though they are initialized for numbers near 1. Scale only once.',
    'labels do not fit the inputs':
      'What the network learns says nothing about samples it has not seen, or it learns nothing at all: perhaps labels and samples are in a different order. Look at some pairs.',
    'learning rate too high':
      'The steps are so long that they jump over the valley: the loss rises or jumps about. Take a smaller learning rate.',
    'learning rate too low':
      'The steps are so short that the loss has hardly fallen, or is still falling when training ends. Take a larger learning rate, or more epochs.',
    'held-out data differ':
      'Training and held-out samples are of different scale or of different classes, so the held-out scores do not measure generalization. Prepare both alike.',
    'nothing is trained': 'All parameters are frozen, or the network has none, so updates change nothing.',
    'one class only':
      'All training samples have the same label, so there is nothing to tell apart. Look at how labels are read and how the sets are split.',
    'output is not what the loss takes':
      'The loss expects probabilities or their logarithms, and the network gives something else. End it with sigmoid, softmax or logSoftmax, or choose a loss that takes raw outputs (logits).',
    'output cannot reach the targets':
      'The last activation limits the output to a range that does not contain the targets. Remove it, or scale the targets.',
    overfitting:
      'The network learns its training data by heart: on data it has not seen it gets worse or stays behind. Stop earlier, use dropout, weight decay or more data, or a smaller network.',
    'targets not scaled':
      'The numbers to predict are far larger or smaller than 1, and a network starts with answers near 0. Bring them to mean 0 and standard deviation 1.',
    'too few updates':
      'Batches are so large that an epoch has one or two updates, and the loss is still falling at the end. Take smaller batches or more epochs.',
    underfitting:
      'Training has come to rest and the network still does not fit its own training data: it is too small, or the input does not say more. Use more units or layers.',
    'vanishing gradients':
      'The gradient shrinks from layer to layer, so the first layers learn next to nothing. Use ReLU instead of sigmoid or tanh, fewer layers, or another initialization.',
    'weights decay too fast':
      'The penalty on the weights outweighs the loss, and the weights go to zero. Lower weightDecay.',
  } satisfies Texts,
  zh: {
    'activation before the loss':
      '损失函数需要的是原始输出（logits），它自己会做 softmax 或 sigmoid。前面再加激活函数会压缩输出，使任何预测都无法有把握。请去掉最后一层激活函数。',
    'class imbalance':
      '准确率只相当于永远回答最常见的那一类。可以给类别加权、让少见的类别多出现，并分别查看每一类的准确率。',
    'data leak': '留出集中的样本也出现在训练集里，所以留出集上的成绩偏高。请去掉重复样本后重新划分。',
    'data not shuffled': '每一批几乎只有一个类别，网络学会下一类时就忘了上一类。请打乱训练数据。',
    'dead units': 'ReLU 层的大多数单元对所有样本都输出 0，梯度再也传不到它们的权重。请减小学习率或换一种初始化。',
    'dropout too strong': 'dropout 去掉的太多，网络不用 dropout 时反而比训练时更好。建议取 0.2 到 0.5。',
    'identical units': '某一层各单元的权重相同，得到的梯度也相同，因此会一直相同。请让权重随机初始化。',
    'input too large':
      '第一层权重得到的数值很大（例如 0 到 255 的像素），而它的初始化是按接近 1 的数值设计的。请先缩放输入。',
    'input too small':
      '第一层权重得到的数值很小（例如像素被除以 255 两次），而它的初始化是按接近 1 的数值设计的。只缩放一次即可。',
    'labels do not fit the inputs':
      '网络学到的东西对没见过的样本毫无用处，或者什么也学不到：标签和样本的顺序可能对不上。请抽查几对样本和标签。',
    'learning rate too high': '步子太大，跨过了谷底：损失上升或来回跳动。请减小学习率。',
    'learning rate too low': '步子太小，损失几乎没有下降，或者训练结束时仍在下降。请增大学习率或多训练几轮。',
    'held-out data differ':
      '训练样本和留出样本的数值范围或类别不同，留出集上的成绩衡量不了泛化能力。请用同样的方式处理两者。',
    'nothing is trained': '所有参数都被冻结，或者网络没有参数，更新不会改变任何东西。',
    'one class only': '所有训练样本的标签都一样，没有什么可区分的。请检查标签的读取方式和数据的划分方式。',
    'output is not what the loss takes':
      '这个损失函数要的是概率或概率的对数，而网络的输出不是。请在末尾加上 sigmoid、softmax 或 logSoftmax，或改用直接接收原始输出（logits）的损失函数。',
    'output cannot reach the targets':
      '最后的激活函数把输出限制在一个范围内，而目标值不在这个范围里。请去掉它，或者缩放目标值。',
    overfitting:
      '网络把训练数据背了下来：在没见过的数据上变差，或者明显落后。可以早停、加 dropout 或权重衰减、增加数据，或者缩小网络。',
    'targets not scaled': '要预测的数值远大于或远小于 1，而网络一开始的输出接近 0。请把目标值化为均值 0、标准差 1。',
    'too few updates': '批太大，一轮只更新一两次，训练结束时损失仍在下降。请减小批大小或增加轮数。',
    underfitting: '训练已经停滞，网络却连训练数据都拟合不好：网络太小，或者输入里没有更多信息。请增加单元或层数。',
    'vanishing gradients':
      '梯度逐层变小，前面的层几乎学不到东西。请用 ReLU 代替 sigmoid 或 tanh、减少层数，或换一种初始化。',
    'weights decay too fast': '对权重的惩罚超过了损失本身，权重趋向 0。请减小 weightDecay。',
  },
});
