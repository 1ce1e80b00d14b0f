import type { TermName } from '../../glossary/terms.ts';
import { type Language, language } from '../../i18n/language.ts';

type Both = Readonly<Record<Language, string>>;

/** What a layer does, in one line. A layer that is new in core has its name alone until somebody writes one. */
const LAYERS: Readonly<Record<string, Both>> = {
  linear: { en: 'weighted sums of all inputs', zh: '所有输入的加权和' },
  conv2d: { en: 'the same small window over the whole picture', zh: '同一个小窗口扫过整幅图像' },
  conv1d: { en: 'the same small window along a sequence', zh: '同一个小窗口沿序列滑动' },
  conv3d: { en: 'the same small window through a volume', zh: '同一个小窗口扫过整个三维体' },
  convTranspose1d: { en: 'a convolution backwards: longer sequences', zh: '反向的卷积：让序列变长' },
  convTranspose2d: { en: 'a convolution backwards: larger pictures', zh: '反向的卷积：让图像变大' },
  maxPool2d: { en: 'the largest number of each window', zh: '每个窗口取最大值' },
  avgPool2d: { en: 'the mean of each window', zh: '每个窗口取平均值' },
  batchNorm2d: { en: 'each channel to mean 0 and variance 1', zh: '把每个通道归一化' },
  layerNorm: { en: 'each sample to mean 0 and variance 1', zh: '把每个样本归一化' },
  multiheadAttention: { en: 'each place looks at the others, in several ways', zh: '每个位置以多种方式关注其他位置' },
  flatten: { en: 'a picture as one row of numbers', zh: '把图像排成一行数' },
  relu: { en: 'below zero becomes zero', zh: '小于零的变为零' },
  sigmoid: { en: 'squeezes into 0 … 1', zh: '压缩到 0 到 1' },
  tanh: { en: 'squeezes into −1 … 1', zh: '压缩到 −1 到 1' },
  gelu: { en: 'like ReLU, but smooth around zero', zh: '平滑版的 ReLU' },
  silu: { en: 'times its own sigmoid', zh: '乘以自身的 sigmoid' },
  mish: { en: 'like SiLU, a little steeper', zh: '与 SiLU 相似，略陡' },
  leakyRelu: { en: 'below zero a small slope remains', zh: '小于零时保留小斜率' },
  prelu: { en: 'below zero a slope that is learned', zh: '小于零时斜率可学习' },
  elu: { en: 'below zero an exponential curve', zh: '小于零时为指数曲线' },
  selu: { en: 'ELU, scaled so that variances stay', zh: '缩放的 ELU，保持方差' },
  celu: { en: 'ELU without a corner at zero', zh: '在零处光滑的 ELU' },
  relu6: { en: 'at least 0, at most 6', zh: '限制在 0 到 6' },
  hardtanh: { en: 'at least a bound, at most another', zh: '限制在上下界之间' },
  hardsigmoid: { en: 'a sigmoid of straight lines', zh: '折线近似的 sigmoid' },
  hardswish: { en: 'SiLU of straight lines', zh: '折线近似的 SiLU' },
  softplus: { en: 'a ReLU with a round corner', zh: '圆滑的 ReLU' },
  softsign: { en: 'squeezes into −1 … 1, slowly', zh: '缓慢压缩到 −1 到 1' },
  logSigmoid: { en: 'logarithms of the sigmoid', zh: 'sigmoid 的对数' },
  glu: { en: 'one half opens and closes the other', zh: '一半控制另一半' },
  softmax: { en: 'numbers become probabilities', zh: '把数变成概率' },
  logSoftmax: { en: 'logarithms of probabilities', zh: '概率的对数' },
  dropout: { en: 'leaves out numbers at random while training', zh: '训练时随机丢弃一部分数' },
  rescale: { en: 'times a number, such as 1/255 for pixels', zh: '乘以一个数，例如像素乘 1/255' },
  normalize: { en: 'minus the mean, through the deviation', zh: '减去均值，除以标准差' },
  concat: { en: 'several outputs as one', zh: '把多个输出拼在一起' },
  parallel: { en: 'several layers on the same input', zh: '多个层共用同一个输入' },
  residual: { en: 'a layer, plus its input', zh: '层的输出加上它的输入' },
  sequential: { en: 'layers one after the other', zh: '一层接一层' },
};

const ARGUMENTS: Readonly<Record<string, Both>> = {
  inFeatures: { en: 'inputs', zh: '输入数' },
  outFeatures: { en: 'outputs', zh: '输出数' },
  inChannels: { en: 'channels in', zh: '输入通道' },
  outChannels: { en: 'channels out', zh: '输出通道' },
  channels: { en: 'channels', zh: '通道数' },
  kernelSize: { en: 'kernel', zh: '核大小' },
  stride: { en: 'stride', zh: '步幅' },
  padding: { en: 'padding', zh: '填充' },
  outputPadding: { en: 'output padding', zh: '输出填充' },
  dilation: { en: 'dilation', zh: '空洞' },
  groups: { en: 'groups', zh: '分组' },
  bias: { en: 'bias', zh: '偏置' },
  countIncludePad: { en: 'count padding', zh: '计入填充' },
  eps: { en: 'epsilon', zh: 'ε' },
  momentum: { en: 'momentum', zh: '动量' },
  alpha: { en: 'alpha', zh: 'α' },
  beta: { en: 'beta', zh: 'β' },
  negativeSlope: { en: 'slope below zero', zh: '负半轴斜率' },
  numParameters: { en: 'slopes', zh: '斜率数' },
  init: { en: 'start value', zh: '初始值' },
  threshold: { en: 'straight above', zh: '线性阈值' },
  minVal: { en: 'lower bound', zh: '下界' },
  maxVal: { en: 'upper bound', zh: '上界' },
  approximate: { en: 'approximation', zh: '近似' },
  normalizedShape: { en: 'sizes', zh: '尺寸' },
  elementwiseAffine: { en: 'weights', zh: '可学习缩放' },
  axis: { en: 'axis', zh: '轴' },
  p: { en: 'probability', zh: '丢弃概率' },
  scale: { en: 'factor', zh: '系数' },
  offset: { en: 'offset', zh: '偏移' },
  mean: { en: 'mean', zh: '均值' },
  std: { en: 'deviation', zh: '标准差' },
  embedDim: { en: 'features', zh: '特征数' },
  numHeads: { en: 'heads', zh: '头数' },
  dropout: { en: 'dropout', zh: '丢弃概率' },
  kdim: { en: 'features of keys', zh: '键的特征数' },
  vdim: { en: 'features of values', zh: '值的特征数' },
  causal: { en: 'causal', zh: '因果' },
  rotary: { en: 'rotary positions', zh: '旋转位置' },
  inner: { en: 'layer', zh: '层' },
  shortcut: { en: 'shortcut', zh: '捷径' },
  branches: { en: 'branches', zh: '分支' },
  layers: { en: 'layers', zh: '层' },
  lr: { en: 'learning rate', zh: '学习率' },
  betas: { en: 'betas', zh: 'β₁, β₂' },
  weightDecay: { en: 'weight decay', zh: '权重衰减' },
  nesterov: { en: 'Nesterov', zh: 'Nesterov' },
  steps: { en: 'steps', zh: '总步数' },
  min: { en: 'smallest rate', zh: '最小学习率' },
  warmup: { en: 'warm-up steps', zh: '预热步数' },
  every: { en: 'every … steps', zh: '每隔步数' },
  gamma: { en: 'factor', zh: '衰减系数' },
  milestones: { en: 'after steps', zh: '在这些步数之后' },
  tMult: { en: 'periods grow by', zh: '周期倍数' },
  startFactor: { en: 'factor at the start', zh: '起始系数' },
  endFactor: { en: 'factor at the end', zh: '终止系数' },
  factor: { en: 'factor', zh: '系数' },
  power: { en: 'power', zh: '幂次' },
  maxLr: { en: 'largest rate', zh: '最大学习率' },
  baseLr: { en: 'smallest rate', zh: '最小学习率' },
  pctStart: { en: 'share of growth', zh: '上升所占比例' },
  anneal: { en: 'curve', zh: '变化曲线' },
  threePhase: { en: 'three phases', zh: '三阶段' },
  divFactor: { en: 'largest / first rate', zh: '最大与初始之比' },
  finalDivFactor: { en: 'first / last rate', zh: '初始与最终之比' },
  stepsUp: { en: 'steps up', zh: '上升步数' },
  stepsDown: { en: 'steps down', zh: '下降步数' },
  mode: { en: 'kind', zh: '方式' },
  decay: { en: 'decay for', zh: '衰减的对象' },
};

/** Terms of the glossary behind layers. */
const TERMS: Readonly<Record<string, TermName>> = {
  linear: 'fullyConnected',
  conv2d: 'convolution',
  conv1d: 'convolution',
  conv3d: 'convolution',
  maxPool2d: 'pooling',
  avgPool2d: 'pooling',
  batchNorm2d: 'batchNorm',
  flatten: 'flatten',
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  dropout: 'dropout',
};

export function layerText(name: string): string {
  return LAYERS[name]?.[language.value] ?? '';
}

export function argumentText(name: string): string {
  return ARGUMENTS[name]?.[language.value] ?? name;
}

export function layerTerm(name: string): TermName | undefined {
  return TERMS[name];
}

/** The palette's groups, in order. What is in none stands in `other`, so that no layer is missing. */
export const GROUPS = {
  connected: ['linear'],
  convolution: ['conv2d', 'convTranspose2d', 'maxPool2d', 'avgPool2d', 'conv1d', 'convTranspose1d', 'conv3d'],
  attention: ['multiheadAttention'],
  activation: [
    'relu',
    'sigmoid',
    'tanh',
    'gelu',
    'silu',
    'mish',
    'leakyRelu',
    'prelu',
    'elu',
    'selu',
    'celu',
    'relu6',
    'hardtanh',
    'hardsigmoid',
    'hardswish',
    'softplus',
    'softsign',
    'logSigmoid',
    'glu',
    'softmax',
    'logSoftmax',
  ],
  shape: ['flatten', 'rescale', 'normalize', 'concat'],
  norm: ['batchNorm2d', 'layerNorm'],
  regular: ['dropout'],
  blocks: ['sequential', 'residual', 'parallel'],
} as const;
export type GroupName = keyof typeof GROUPS | 'other';

/** All that is said of a layer, in both languages: what a search looks through. */
export function layerSearchTexts(name: string): readonly string[] {
  return [name, ...Object.values(LAYERS[name] ?? {})];
}
