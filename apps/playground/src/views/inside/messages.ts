import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: {
    title: 'Look inside',
    sections: 'What to look at',
    loading: 'Loading …',
    failed: (what: string) => `This part could not be loaded: ${what}`,
  },
  zh: {
    title: '看内部',
    sections: '想看什么',
    loading: '正在加载……',
    failed: (what: string) => `这一部分没能加载：${what}`,
  },
});
