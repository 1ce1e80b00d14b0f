import type { TermEntries } from '../entry.ts';

/** What networks for pictures are made of. */
export const CONVOLUTION_TERMS = {
  convolution: {
    name: { en: 'convolution', zh: '卷积' },
    says: {
      en: 'Slides a small kernel over the picture and takes, at each place, the sum of products with what lies under it. Each output sees a small region only, and all places share the same weights. As everywhere in deep learning, the kernel is not flipped.',
      zh: '让小小的卷积核在图片上滑动，在每个位置与其下的数逐个相乘再求和。每个输出只看一小块区域（局部连接），所有位置共用同一组权重（权值共享）。与深度学习的惯例一致，卷积核不翻转。',
    },
    formula: 'out = ⌊(in + 2·padding − kernel) / stride⌋ + 1',
    related: ['kernel', 'stride', 'padding', 'channel', 'featureMap'],
    view: 'inside',
  },
  kernel: {
    name: { en: 'kernel (filter)', zh: '卷积核（滤波器）' },
    says: {
      en: 'The small grid of weights that a convolution slides over its input, such as 3 × 3, with one layer for each input channel. Each kernel makes one feature map.',
      zh: '卷积在输入上滑动的一小块权重，例如 3 × 3，对每个输入通道各有一层。每个卷积核产生一张特征图。',
    },
    formula: 'out·in·height·width weights + out biases',
    related: ['convolution', 'featureMap', 'weight'],
    view: 'inside',
  },
  weightSharing: {
    name: { en: 'weight sharing', zh: '权值共享' },
    says: {
      en: 'A convolution uses the same weights at all places. So it needs few parameters, and finds a pattern wherever it lies.',
      zh: '卷积在所有位置使用同一组权重，因此参数很少，并且图案出现在哪里都能找到。',
    },
    related: ['convolution', 'localConnection', 'parameter'],
    view: 'inside',
  },
  localConnection: {
    name: { en: 'local connection', zh: '局部连接' },
    says: {
      en: 'An output of a convolution depends only on the inputs under its kernel, not on all inputs as in a fully connected layer.',
      zh: '卷积的每个输出只取决于卷积核下面的输入，而不像全连接层那样取决于所有输入。',
    },
    related: ['convolution', 'fullyConnected', 'receptiveField'],
    view: 'inside',
  },
  stride: {
    name: { en: 'stride', zh: '步幅' },
    says: {
      en: 'By how many pixels the kernel moves on. Stride 2 halves height and width.',
      zh: '卷积核每次移动多少个像素。步幅为 2 时，高和宽减半。',
    },
    related: ['convolution', 'padding', 'pooling'],
    view: 'inside',
  },
  padding: {
    name: { en: 'padding', zh: '填充' },
    says: {
      en: 'Zeros around the input. “Valid” has none, so the output is smaller than the input; “same” adds as many as keep the size at stride 1.',
      zh: '在输入四周补零。valid 不补，输出比输入小；same 补到步幅为 1 时大小不变。',
    },
    formula: 'same: padding = (kernel − 1) / 2',
    related: ['convolution', 'stride'],
    view: 'inside',
  },
  channel: {
    name: { en: 'channel', zh: '通道' },
    says: {
      en: 'One of the layers of a picture or of a feature map. A grey picture has one, a colour picture three; a convolution has as many output channels as kernels.',
      zh: '图片或特征图的一层。灰度图有一个通道，彩色图有三个；卷积的输出通道数等于卷积核的个数。',
    },
    related: ['featureMap', 'kernel', 'tensor'],
    view: 'inside',
  },
  featureMap: {
    name: { en: 'feature map', zh: '特征图' },
    says: {
      en: 'One output channel of a convolution: how strongly the pattern of its kernel is found at each place.',
      zh: '卷积的一个输出通道：在每个位置上，卷积核的图案出现得有多强。',
    },
    related: ['convolution', 'channel', 'feature'],
    view: 'inside',
  },
  pooling: {
    name: { en: 'pooling', zh: '池化' },
    says: {
      en: 'Makes one number of each small region, mostly 2 × 2: the largest (max pooling) or the mean (average pooling). It has no parameters, and small shifts matter less after it.',
      zh: '把每个小区域（多为 2 × 2）变成一个数：取最大值（最大池化）或平均值（平均池化）。它没有参数，并使结果对微小平移不那么敏感。',
    },
    related: ['stride', 'receptiveField', 'featureMap'],
    view: 'inside',
  },
  receptiveField: {
    name: { en: 'receptive field', zh: '感受野' },
    says: {
      en: 'The region of the input on which one number of a layer depends. It grows with each convolution and pooling.',
      zh: '某一层的一个数所依赖的输入区域。每经过一次卷积或池化，它就变大。',
    },
    formula: 'r ← r + (kernel − 1)·j, j ← j·stride',
    related: ['convolution', 'pooling', 'localConnection'],
    view: 'build',
  },
} as const satisfies TermEntries;
