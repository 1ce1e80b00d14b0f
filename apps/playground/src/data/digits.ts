import { mnistSample } from '@descent/datasets';

export interface Digits {
  /** `[8000, 28, 28]`. */
  readonly pixels: Uint8Array;
  /** The rows of each class. */
  readonly byClass: readonly (readonly number[])[];
}

/** The training half of the embedded MNIST sample. */
export async function loadDigits(): Promise<Digits> {
  const { x, y, classes } = await mnistSample();
  const byClass = classes.map((): number[] => []);
  y.data.forEach((label, row) => {
    byClass[label]?.push(row);
  });
  return { pixels: x.data as Uint8Array, byClass };
}
