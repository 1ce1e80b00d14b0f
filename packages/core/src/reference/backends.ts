import type { BackendDescription } from '../backend/description.ts';
import { referenceBackend } from './backend.ts';

/** The reference interpreter, as packages of backends describe theirs. */
export const referenceBackends: readonly BackendDescription[] = [
  {
    name: 'reference',
    summary: "core's interpreter, in plain JavaScript",
    packages: { node: ['@descent/core'], browser: ['@descent/core'] },
    isLastResort: true,
    note: 'slow; defines what each op computes',
    open: async () => referenceBackend(),
  },
];
