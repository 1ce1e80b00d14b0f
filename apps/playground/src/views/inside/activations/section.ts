import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'activations',
  title: () => texts().title,
  lead: () => texts().lead,
  terms: ['activation', 'gradient', 'softmax'],
  load: () => import('./body.tsx'),
};
