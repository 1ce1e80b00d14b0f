import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: { title: 'Build' },
  zh: { title: '搭建' },
});
