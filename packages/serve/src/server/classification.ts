import type { NDArray } from '@descent/core';
import { ProtocolError } from '../protocol/errors.ts';
import { said } from '../protocol/json-data.ts';
import type { WireTensor } from '../protocol/tensor.ts';

/**
 * The extension of Triton: of an output `[…, classes]` the `count` largest values, as texts `value:index` or `value:index:label`.
 * @throws ProtocolError for a count that is none, and for an output without classes.
 */
export function classified(
  name: string,
  { shape, data }: NDArray,
  count: unknown,
  labels: readonly string[],
): WireTensor<'BYTES'> {
  const classes = shape.at(-1);
  if (!Number.isSafeInteger(count) || (count as number) < 1 || classes === undefined) {
    throw new ProtocolError('this output cannot be classified', {
      path: `outputs '${name}'.parameters.classification`,
      received: `${said(count)} of [${shape.join(', ')}]`,
      expected: 'a whole number of at least 1, of an output whose last axis has the classes',
    });
  }
  const most = Math.min(count as number, classes);
  const encoder = new TextEncoder();
  const texts: Uint8Array[] = [];
  for (let row = 0; classes > 0 && row < data.length / classes; row++) {
    const values = Array.from(data.subarray(row * classes, (row + 1) * classes));
    if (values.some(Number.isNaN))
      throw new ProtocolError('an output is not a number', { path: `outputs '${name}'`, received: 'NaN' }, 422);
    const order = values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
    for (const i of order.slice(0, most)) {
      const label = labels.length === classes ? `:${labels[i]}` : '';
      texts.push(encoder.encode(`${values[i]}:${i}${label}`));
    }
  }
  return { name, datatype: 'BYTES', shape: [...shape.slice(0, -1), most], data: texts };
}
