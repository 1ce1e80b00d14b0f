import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: { title: 'Look inside' },
  zh: { title: '内部' },
});
