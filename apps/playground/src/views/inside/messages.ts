import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: {
    title: 'Look inside',
    sections: 'What to look at',
    loading: 'Loading …',
    failed: (what: string) => `This part could not be loaded: ${what}`,
    untrained:
      'Nothing is trained yet: these are the numbers that the network starts with, drawn at random from the seed. Press “Train” above and watch them change.',
    stale:
      'The experiment has changed since this network was made. This is still the network from before; press “Train” for the new one.',
    opening: 'Opening the network: data and engine are being loaded …',
  },
  zh: {
    title: '看内部',
    sections: '想看什么',
    loading: '正在加载……',
    failed: (what: string) => `这一部分没能加载：${what}`,
    untrained: '还没有训练：这些是网络的初始数值，由种子随机产生。点上方的“训练”，看它们怎样变化。',
    stale: '这个网络建立之后，实验设置已经改变。这里看到的仍是原来的网络；点“训练”得到新的。',
    opening: '正在打开网络：加载数据和引擎……',
  },
});
