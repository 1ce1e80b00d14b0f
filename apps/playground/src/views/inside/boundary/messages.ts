import { messages } from '../../../i18n/messages.ts';

export const texts = messages({
  en: {
    title: 'Decision boundary',
    lead: 'For data of two numbers, all that a network can be asked fits into one picture: which class it takes each point of the plane for, and how sure it is.',
    notPlane: 'This is for classes of points in the plane. The data of this experiment have another form.',
    take: 'Take two moons and a small network',
    plane:
      'The plane as the network sees it: a colour for each class, stronger where it is surer. Where two colours meet is the boundary.',
    trained: 'Filled points: training',
    held: 'hollow points: test',
    unitsTitle: (label: string) => `What single units of ${label} see`,
    unitsLead:
      'Each picture is the output of one unit over the same plane: blue above zero, orange below. The pale line where it is zero is the boundary of that unit alone; the next layers put these together.',
    unit: (i: number) => `Unit ${i}`,
    more: (count: number) => `and ${count} more`,
    point: 'What the network says at a point',
    at: (x: string, y: string) => `x₁ = ${x}, x₂ = ${y}`,
    probability: (name: string, share: string) => `${name}: ${share}`,
    move: 'Press on the plane, or use the sliders.',
  },
  zh: {
    title: '决策边界',
    lead: '如果每个样本只有两个数，网络的全部回答可以画成一张图：平面上每一点被判为哪一类，有多大把握。',
    notPlane: '这一部分适用于平面上的点的分类。当前实验的数据不是这种形式。',
    take: '换成“两个月牙”和一个小网络',
    plane: '网络眼中的平面：每类一种颜色，把握越大颜色越深。两种颜色相接之处就是边界。',
    trained: '实心点：训练',
    held: '空心点：测试',
    unitsTitle: (label: string) => `${label} 的各个单元看到什么`,
    unitsLead:
      '每张小图是一个单元在同一平面上的输出：蓝色大于零，橙色小于零。输出为零处的浅色线是这个单元自己的边界；后面的层再把它们组合起来。',
    unit: (i: number) => `单元 ${i}`,
    more: (count: number) => `还有 ${count} 个`,
    point: '网络对某一点的判断',
    at: (x: string, y: string) => `x₁ = ${x}，x₂ = ${y}`,
    probability: (name: string, share: string) => `${name}：${share}`,
    move: '点按平面，或使用滑块。',
  },
});
