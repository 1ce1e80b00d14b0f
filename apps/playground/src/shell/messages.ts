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
    brokenLink: 'The link could not be read, so the page shows its own beginning.',
    otherEngine: 'The link names an engine that this page does not have. Everything else is as the link says.',
    dismiss: 'All right',
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
    brokenLink: '链接无法读取，页面显示的是初始设置。',
    otherEngine: '链接里的计算引擎在网页中不可用，其余内容与链接一致。',
    dismiss: '知道了',
  },
});
