import type { ImagePreprocessing } from '@descent/core';
import { describeDatasets } from '@descent/datasets';
import type { DataChoice } from '../state/experiment.ts';

/** How a picture becomes a sample of these data; `null` where samples are no pictures. */
export function picturesOf(data: DataChoice): ImagePreprocessing | null {
  if ('images' in data) {
    const { width, height, channels } = data;
    return { width, height, channels, fit: 'contain', invert: false, dtype: 'uint8', range: [0, 255], transforms: [] };
  }
  if ('csv' in data || 'texts' in data || 'files' in data) return null;
  return describeDatasets().find(({ id }) => id === data.name)?.pictures ?? null;
}
