import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: {
    title: 'Glossary',
    search: 'Search in both languages',
    none: (text: string) => `No term has “${text}” in its name or its explanation.`,
    count: (count: number) => `${count} terms`,
    related: 'Related:',
    see: (place: string) => `See it in “${place}”`,
    data: 'Data',
    network: 'Networks',
    training: 'Training',
    judging: 'How good it is',
    convolution: 'Convolutional networks',
    tools: 'Engines and files',
  },
  zh: {
    title: '术语',
    search: '搜索（中英文均可）',
    none: (text) => `没有名称或解释中含“${text}”的术语。`,
    count: (count) => `${count} 个术语`,
    related: '相关：',
    see: (place) => `在“${place}”里看`,
    data: '数据',
    network: '网络',
    training: '训练',
    judging: '评价',
    convolution: '卷积网络',
    tools: '引擎与文件',
  },
});
