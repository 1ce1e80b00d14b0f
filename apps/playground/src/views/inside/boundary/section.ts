import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'boundary',
  title: () => texts().title,
  lead: () => texts().lead,
  terms: ['decisionBoundary', 'neuron', 'feature', 'classes'],
  load: () => import('./body.tsx'),
};
