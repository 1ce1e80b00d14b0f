import { messages } from '../../../i18n/messages.ts';

export const texts = messages({
  en: {
    title: 'Activations and their derivatives',
    lead: 'Without a bend between them, many linear layers are no more than one. These are the bends that Descent has. What training sends back through one is multiplied by its derivative.',
    searching: 'Looking through the layers of Descent …',
    point: 'Input x',
    value: 'f(x)',
    slope: 'f′(x)',
    plot: (name: string) => `${name} and its derivative`,
    steepest: (steepest: string, five: string) =>
      `At its steepest the slope is ${steepest}. Through five such layers, a gradient is multiplied by ${five} at most.`,
    flat: (share: string) =>
      `On ${share} of what is shown the slope is below 0.01: hardly any gradient comes back from there.`,
    drag: 'Move the point: drag over a curve, or use the slider.',
    togetherTitle: 'All numbers of a sample together',
    togetherLead:
      'These do not bend each number by itself: every output depends on all inputs. Move one logit, and all outputs change.',
    logit: (i: number) => `Logit ${i}`,
    output: (i: number) => `Output ${i}`,
    sum: (sum: string) => `Together: ${sum}`,
    core: 'All values are computed by the layers of Descent, the derivatives by its automatic differentiation.',
  },
  zh: {
    title: '激活函数及其导数',
    lead: '如果中间没有弯折，再多的线性层叠起来也只相当于一层。下面是 Descent 里的各种弯折。训练时反向传回的梯度，经过它时要乘以它的导数。',
    searching: '正在查找 Descent 的各个层……',
    point: '输入 x',
    value: 'f(x)',
    slope: 'f′(x)',
    plot: (name: string) => `${name} 及其导数`,
    steepest: (steepest: string, five: string) =>
      `最陡处的斜率为 ${steepest}。经过五个这样的层，梯度最多乘以 ${five}。`,
    flat: (share: string) => `在所示范围的 ${share} 上，斜率小于 0.01：从那里几乎没有梯度传回来。`,
    drag: '移动这个点：在曲线上拖动，或使用滑块。',
    togetherTitle: '把一个样本的所有数放在一起',
    togetherLead: '这些函数不是逐个元素计算的：每个输出都取决于所有输入。改动一个 logit，所有输出都会变。',
    logit: (i: number) => `logit ${i}`,
    output: (i: number) => `输出 ${i}`,
    sum: (sum: string) => `合计：${sum}`,
    core: '所有数值由 Descent 的层计算，导数由它的自动微分计算。',
  },
});
