import { messages } from '../i18n/messages.ts';

export const texts = messages({
  en: {
    ready: 'There is a new version of this page.',
    reload: 'Load it',
    loses: 'What is being trained is lost; the experiment stays.',
  },
  zh: {
    ready: '本页面有新版本。',
    reload: '载入新版本',
    loses: '正在训练的结果会丢失，实验设置保留。',
  },
});
