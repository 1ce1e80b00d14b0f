import { loadOnnx } from '@descent/backend-onnx';
import type { NDArray } from '@descent/core';
import { largest } from './largest.ts';

/** Rows that are asked for at once. */
const CHUNK = 500;

/**
 * How much of a test set an exported classifier gets right in ONNX Runtime: `inputs` `[items, …]` by their names in the file, `labels` `[items]`. Its only
 * output is `[items, classes]`.
 */
export async function fileAccuracy(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, NDArray>>,
  labels: NDArray,
): Promise<number> {
  const file = await loadOnnx(bytes);
  try {
    const [items] = labels.shape as [number];
    let right = 0;
    for (let start = 0; start < items; start += CHUNK) {
      const end = Math.min(items, start + CHUNK);
      const part = Object.entries(inputs).map(([name, array]) => [name, rows(array, start, end)] as const);
      const [scores] = Object.values(await file.run(Object.fromEntries(part))) as [NDArray];
      for (const [i, guess] of classesOf(scores).entries()) if (guess === Number(labels.data[start + i])) right++;
    }
    return right / items;
  } finally {
    file.dispose();
  }
}

function rows({ dtype, shape: [items = 0, ...rest], data }: NDArray, start: number, end: number): NDArray {
  const size = data.length / items;
  return { dtype, shape: [end - start, ...rest], data: data.subarray(start * size, end * size) } as NDArray;
}

/** The class with the highest score in each row. */
function classesOf({ shape: [items = 0, classes = 0], data }: NDArray): readonly number[] {
  return Array.from({ length: items }, (_, i) =>
    largest(Array.from(data.subarray(i * classes, (i + 1) * classes), Number)),
  );
}
