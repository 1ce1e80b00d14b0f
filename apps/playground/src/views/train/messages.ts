import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: { title: 'Train' },
  zh: { title: '训练' },
});
