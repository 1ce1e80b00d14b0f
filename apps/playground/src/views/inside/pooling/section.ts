import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'pooling',
  title: () => texts().title,
  lead: () => texts().lead,
  load: () => import('./body.tsx'),
};
