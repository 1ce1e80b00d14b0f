import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'fit',
  title: () => texts().title,
  lead: () => texts().lead,
  terms: ['overfitting', 'underfitting', 'generalization', 'validationSet', 'dropout', 'weightDecay'],
  load: () => import('./body.tsx'),
};
