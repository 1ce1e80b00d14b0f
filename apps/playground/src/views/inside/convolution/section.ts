import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'convolution',
  title: () => texts().title,
  lead: () => texts().lead,
  terms: ['convolution', 'kernel', 'padding', 'stride', 'channel', 'weightSharing'],
  load: () => import('./body.tsx'),
};
