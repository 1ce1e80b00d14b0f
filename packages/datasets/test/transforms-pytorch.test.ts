import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { key } from '@descent/core/random';
import { describe, expect, test } from 'vitest';
import * as datasets from '../src/public/index.ts';

interface Fixture {
  readonly images: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly cases: readonly {
    readonly name: string;
    /** The function and its arguments. */
    readonly call: readonly [string, ...never[]];
    readonly image: string;
    readonly y: { readonly shape: readonly number[]; readonly data: readonly number[] };
  }[];
}

/** Made by `scripts/make-transform-fixtures.py` with PyTorch. */
const { images, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'transforms.json'), 'utf8'),
) as Fixture;

const exported: Readonly<Record<string, unknown>> = datasets;

function applied(call: readonly [string, ...unknown[]], item: datasets.Item, seed: number): datasets.Item {
  const [name, ...args] = call;
  const make = exported[name] as (...args: readonly unknown[]) => datasets.Transform;
  // Through JSON, as in a configuration or on the way to a worker.
  const transform = JSON.parse(JSON.stringify(make(...args))) as datasets.Transform;
  return datasets.applyTransforms([transform], item, key(seed));
}

describe.each(cases.map((c) => [c.name, c] as const))('%s, as in PyTorch', (_, { call, image, y }) => {
  const { shape, data } = images[image] as Fixture['images'][string];

  test('of bytes, to the nearest', () => {
    const item: datasets.Item = { dtype: 'uint8', shape, data: Uint8Array.from(data) };
    const before = item.data.slice();
    const result = applied(call, item, 1);
    expect(result.shape).toEqual(y.shape);
    expect(result.data).toBeInstanceOf(Uint8Array);
    expect(item.data).toEqual(before);
    // Float32 in between may lose a tie; a value that is not near one must be right.
    for (const [i, v] of y.data.entries()) expect(Math.abs((result.data[i] as number) - v)).toBeLessThan(0.5001);
  });

  test('of floats', () => {
    const item: datasets.Item = { dtype: 'float32', shape, data: Float32Array.from(data, (v) => v / 255) };
    const fill = (call as readonly unknown[]).map((arg) =>
      isRecord(arg) && 'fill' in arg ? { ...arg, fill: Number(arg['fill']) / 255 } : arg,
    );
    const result = applied(fill as unknown as readonly [string], item, 2);
    expect(result.shape).toEqual(y.shape);
    expect(result.data).toBeInstanceOf(Float32Array);
    for (const [i, v] of y.data.entries()) expect(Math.abs((result.data[i] as number) - v / 255)).toBeLessThan(1e-6);
  });
});

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
