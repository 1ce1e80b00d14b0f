import type { ImportedModel, KeptBecause } from '@descent/backend-onnx';
import { printable } from './text.ts';

/** Names that are listed; the rest are counted. */
const MOST = 8;

const REASONS: Readonly<Record<KeptBecause, string>> = {
  statistics: 'running statistics',
  buffer: 'buffers, as the exporter says',
  'input scale': 'what brings the input into its range',
  formula: 'what a formula gives, such as positions',
  mask: 'masks',
  constant: 'constants of the file',
  'single number': 'single numbers, constants or not',
  'not chosen': 'not among trainable',
};

export function keptReason(reason: KeptBecause): string {
  return REASONS[reason];
}

/** Tensors that training leaves as they are, by reason, in one line; those of batch normalizations, which move by themselves, are no news. */
export function keptText(kept: ImportedModel['kept']): string {
  const reasons = new Map<KeptBecause, string[]>();
  for (const [name, reason] of Object.entries(kept)) {
    if (reason !== 'statistics') reasons.set(reason, [...(reasons.get(reason) ?? []), printable(name, 60)]);
  }
  return [...reasons]
    .map(([reason, names]) => {
      const more = names.length > MOST ? ` and ${names.length - MOST} more` : '';
      return `${names.slice(0, MOST).join(', ')}${more} (${REASONS[reason]})`;
    })
    .join('; ');
}
