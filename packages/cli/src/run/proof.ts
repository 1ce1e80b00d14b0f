import type { NDArrays } from '@descent/core';
import { subset } from '@descent/datasets';
import type { LoadedSet } from '../config/data.ts';

/** Samples that an export is checked with. */
const PROOF_SAMPLES = 64;

/** Real inputs for the check of an export: as many as its batch takes, over and over when the data has fewer. */
export function proofInputs(data: LoadedSet, batch: 'dynamic' | number = 'dynamic'): NDArrays {
  const count = batch === 'dynamic' ? Math.min(PROOF_SAMPLES, data.length) : batch;
  return subset(
    data,
    Uint32Array.from({ length: count }, (_, i) => i % data.length),
  ).x;
}
