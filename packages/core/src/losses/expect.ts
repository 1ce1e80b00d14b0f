import { notWhatWasWanted } from '../options.ts';
import type { Loss } from './loss.ts';

/** Throws a `ValueError` that says how to make a loss unless `value` is one. */
export function expectLoss(path: string, value: unknown): asserts value is Loss {
  if (typeof value === 'object' && value !== null && typeof (value as Partial<Loss>).apply === 'function') return;
  throw notWhatWasWanted(path, value, {
    what: 'a loss',
    example: 'crossEntropy()',
    fix: typeof value === 'function' ? `name your function: { label: 'own', apply: (output, target) => … }` : undefined,
  });
}
