import { messages } from '../../i18n/messages.ts';

export const texts = messages({
  en: { title: 'Glossary' },
  zh: { title: '术语' },
});
