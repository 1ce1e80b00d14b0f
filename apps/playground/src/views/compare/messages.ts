import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: { title: 'Compare' },
  zh: { title: '比较' },
});
