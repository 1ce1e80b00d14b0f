import type { SampleType } from '@descent/core';
import type { AnnotatedOptions } from '@descent/datasets';
import type { PictureSize } from './define-config.ts';

/** What a sample of pictures of this size is, before any is opened. */
export function pictureSample({ channels = 1, height, width }: PictureSize): SampleType {
  return { shape: [channels, height, width], dtype: 'uint8' };
}

/** How annotated pictures are opened. */
export function resized(
  { width, height, channels, fit }: PictureSize,
  signal: AbortSignal | undefined,
): AnnotatedOptions {
  return {
    ...{ width, height },
    channels: channels ?? 1,
    ...(fit !== undefined && { fit }),
    ...(signal !== undefined && { signal }),
  };
}
