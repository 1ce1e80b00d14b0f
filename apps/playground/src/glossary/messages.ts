import { messages } from '../i18n/messages.ts';

export const texts = messages({
  en: {
    what: (term: string) => `What is “${term}”?`,
    see: (place: string) => `See it in “${place}”`,
    related: 'Related:',
    inGlossary: 'In the glossary',
    close: 'Close',
  },
  zh: {
    what: (term) => `什么是“${term}”？`,
    see: (place) => `在“${place}”里看`,
    related: '相关：',
    inGlossary: '查看术语表',
    close: '关闭',
  },
});
