import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'pooling',
  title: () => texts().title,
  lead: () => texts().lead,
  terms: ['pooling', 'gradient', 'backpropagation'],
  load: () => import('./body.tsx'),
};
