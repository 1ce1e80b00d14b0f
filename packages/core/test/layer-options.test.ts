import * as core from '@descent/core';
import { conv2d, DescentError, type Layer, maxPool2d, summarize } from '@descent/core';
import { expect, test } from 'vitest';

/** What JSON and plain JavaScript give where a number belongs. */
const WRONG: readonly unknown[] = [null, 'x', '3', '', true, {}, [], [null], [1, null], [1, 2, 3], -1, 0.5, Number.NaN];
const sample = { shape: [4, 9, 9] };

/** Builds and applies a layer; the options are looked at by either. */
function use(make: () => Layer): void {
  summarize(make(), sample);
}

const WINDOWS: Readonly<Record<string, (options: Record<string, unknown>) => Layer>> = {
  conv2d: ({ kernel = 3, ...options }) => conv2d(4, 4, kernel as number, options),
  maxPool2d: ({ kernel = 3, ...options }) => maxPool2d(kernel as number, options),
  avgPool2d: ({ kernel = 3, ...options }) => core.avgPool2d(kernel as number, options),
};

test.each(
  Object.keys(WINDOWS).flatMap((layer) =>
    [...(layer === 'conv2d' ? ['dilation', 'groups'] : []), 'kernel', 'stride', 'padding'].map(
      (o) => [layer, o] as const,
    ),
  ),
)('%s refuses a %s of another type by name', (layer, option) => {
  const make = WINDOWS[layer] as (options: Record<string, unknown>) => Layer;
  use(() => make({}));
  for (const value of WRONG) {
    expect(() => use(() => make({ [option]: value })), JSON.stringify(value)).toThrow(DescentError);
  }
});

test.each(['eps', 'momentum'])('batchNorm2d refuses a %s of another type by name', (option) => {
  for (const value of WRONG.filter((v) => typeof v !== 'number')) {
    expect(() => core.batchNorm2d(4, { [option]: value })).toThrow(DescentError);
  }
});

/** Layers by the arguments of a right call. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  linear: [9, 2],
  conv2d: [4, 2, 3],
  batchNorm2d: [4],
  layerNorm: [9],
  dropout: [0.5],
  rescale: [0.5],
  normalize: [0.5, 0.5],
  maxPool2d: [2],
  avgPool2d: [2],
};

test.each(Object.keys(CALLS))('%s refuses arguments of another type by name', (name) => {
  const layer = (core as unknown as Record<string, (...args: readonly unknown[]) => Layer>)[name] as (
    ...args: readonly unknown[]
  ) => Layer;
  const args = CALLS[name] as readonly unknown[];
  use(() => layer(...args));
  for (const [at] of args.entries()) {
    for (const value of WRONG.filter((v) => typeof v !== 'number')) {
      const wrong = args.map((a, i) => (i === at ? value : a));
      expect(() => use(() => layer(...wrong)), `${name}(${wrong.map((v) => JSON.stringify(v)).join()})`).toThrow(
        DescentError,
      );
    }
  }
});
