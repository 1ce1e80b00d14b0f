import type { NDArray } from '@descent/core';
import type { ArrayDataset } from '@descent/datasets';
import { subset } from '@descent/datasets';

/** Samples that an export is checked with. */
const PROOF_SAMPLES = 64;

/** Real inputs for the check of an export: as many as its batch takes, over and over when the data has fewer. */
export function proofInputs(data: ArrayDataset, batch: 'dynamic' | number = 'dynamic'): NDArray {
  const count = batch === 'dynamic' ? Math.min(PROOF_SAMPLES, data.length) : batch;
  return subset(
    data,
    Uint32Array.from({ length: count }, (_, i) => i % data.length),
  ).x;
}
