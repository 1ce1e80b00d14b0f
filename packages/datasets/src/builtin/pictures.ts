import type { ImagePreprocessing } from '@descent/core';

/**
 * How a picture is prepared for a set of grey drawings, bright on dark. The set itself came as arrays, so this is a guess about pictures, not what was
 * done: those with a bright border are inverted, each for itself. No picture of these sets has one.
 */
export function greyDrawing(side: number, white: number = 255): ImagePreprocessing {
  return { width: side, height: side, channels: 1, fit: 'contain', invert: 'auto', dtype: 'uint8', range: [0, white] };
}

/** The same for photographs, of which nothing is inverted. */
export function photograph(side: number): ImagePreprocessing {
  return { width: side, height: side, channels: 3, fit: 'contain', invert: false, dtype: 'uint8', range: [0, 255] };
}
