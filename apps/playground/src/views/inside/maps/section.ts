import type { Section } from '../section.ts';
import { texts } from './messages.ts';

export const section: Section = {
  name: 'maps',
  title: () => texts().title,
  lead: () => texts().lead,
  terms: ['featureMap', 'kernel', 'weight', 'activation', 'fullyConnected', 'channel'],
  load: () => import('./body.tsx'),
};
