import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: { title: 'Use' },
  zh: { title: '使用' },
});
