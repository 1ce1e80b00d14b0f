import { messages } from '../i18n/messages.ts';

export const texts = messages({
  en: {
    brand: 'Descent playground',
    skip: 'Skip to the content',
    places: 'Places',
    language: 'Language',
    theme: 'Colours',
    themes: 'Colours: as the system has them, light, dark',
    system: 'system',
    light: 'light',
    dark: 'dark',
  },
  zh: {
    brand: 'Descent 实验室',
    skip: '跳到正文',
    places: '页面',
    language: '语言',
    theme: '配色',
    themes: '配色：跟随系统、浅色、深色',
    system: '系统',
    light: '浅色',
    dark: '深色',
  },
});
