import type { ExportedFile } from '../onnx.ts';
import { counted } from './count.ts';

/** What the check of an exported file came to: an export that differs by more than rounding is an error before that. */
export function formatProof({
  maxAbsDifference,
  maxRelativeDifference,
  samples,
}: Pick<ExportedFile, 'maxAbsDifference' | 'maxRelativeDifference' | 'samples'>): string {
  const real = counted(samples, 'real sample');
  if (maxAbsDifference === 0) return `computes exactly what the network computes, on ${real}`;
  const share = maxRelativeDifference.toExponential(0);
  return `computes what the network computes: at most ${maxAbsDifference.toExponential(1)} apart, ${share} of the largest output, on ${real}`;
}
