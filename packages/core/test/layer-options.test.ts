import * as core from '@descent/core';
import { conv2d, DescentError, type Layer, maxPool2d, summarize } from '@descent/core';
import { expect, test } from 'vitest';

/** What JSON and plain JavaScript give where a number belongs. */
const WRONG: readonly unknown[] = [null, 'x', '3', '', true, {}, [], [null], [1, null], [1, 2, 3], -1, 0.5, Number.NaN];
/** How many axes stand behind the channels of what a layer of this name takes. */
const rankOf = (name: string): number => Number(/(\d)d$/.exec(name)?.[1] ?? 2);

/** Builds and applies a layer; the options are looked at by either. */
function use(name: string, make: () => Layer): void {
  summarize(make(), { shape: [4, ...Array.from({ length: rankOf(name) }, () => 9)] });
}

/** What is one value, and no size. */
const FLAGS: readonly string[] = ['groups', 'ceilMode', 'countIncludePad'];

const WINDOWS: Readonly<Record<string, (options: Record<string, unknown>) => Layer>> = {
  conv1d: ({ kernel = 3, ...options }) => core.conv1d(4, 4, kernel as number, options),
  conv2d: ({ kernel = 3, ...options }) => conv2d(4, 4, kernel as number, options),
  conv3d: ({ kernel = 3, ...options }) => core.conv3d(4, 4, kernel as number, options),
  convTranspose1d: ({ kernel = 3, ...options }) => core.convTranspose1d(4, 4, kernel as number, options),
  convTranspose2d: ({ kernel = 3, ...options }) => core.convTranspose2d(4, 4, kernel as number, options),
  maxPool2d: ({ kernel = 3, ...options }) => maxPool2d(kernel as number, options),
  avgPool2d: ({ kernel = 3, ...options }) => core.avgPool2d(kernel as number, options),
  maxPool1d: ({ kernel = 3, ...options }) => core.maxPool1d(kernel as number, options),
  avgPool1d: ({ kernel = 3, ...options }) => core.avgPool1d(kernel as number, options),
  maxPool3d: ({ kernel = 3, ...options }) => core.maxPool3d(kernel as number, options),
  avgPool3d: ({ kernel = 3, ...options }) => core.avgPool3d(kernel as number, options),
};

test.each(
  Object.keys(WINDOWS).flatMap((layer) =>
    [
      ...(layer.startsWith('conv') ? ['dilation', 'groups'] : []),
      ...(layer.startsWith('max') ? ['dilation', 'ceilMode'] : []),
      ...(layer.startsWith('avg') ? ['ceilMode', 'countIncludePad'] : []),
      ...(layer.startsWith('convTranspose') ? ['outputPadding'] : []),
      'kernel',
      'stride',
      'padding',
    ].map((o) => [layer, o] as const),
  ),
)('%s refuses a %s of another type by name', (layer, option) => {
  const make = WINDOWS[layer] as (options: Record<string, unknown>) => Layer;
  use(layer, () => make({}));
  for (const value of WRONG) {
    const isOnePerAxis = Array.isArray(value) && value.length === rankOf(layer) && !FLAGS.includes(option);
    if (isOnePerAxis && !value.includes(null)) continue;
    if (typeof value === 'boolean' && FLAGS.includes(option)) continue;
    expect(() => use(layer, () => make({ [option]: value })), JSON.stringify(value)).toThrow(DescentError);
  }
});

test.each(['eps', 'momentum', 'affine', 'trackRunningStats'])(
  'batchNorm2d refuses a %s of another type by name',
  (option) => {
    const right = option === 'eps' || option === 'momentum' ? 'number' : 'boolean';
    // A momentum of null is the mean of all batches.
    const isRight = (v: unknown): boolean => typeof v === right || (option === 'momentum' && v === null);
    for (const value of WRONG.filter((v) => !isRight(v))) {
      expect(() => core.batchNorm2d(4, { [option]: value })).toThrow(DescentError);
    }
  },
);

/** Layers by the arguments of a right call. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  linear: [9, 2],
  conv1d: [4, 2, 3],
  conv2d: [4, 2, 3],
  conv3d: [4, 2, 3],
  convTranspose1d: [4, 2, 3],
  convTranspose2d: [4, 2, 3],
  batchNorm2d: [4],
  layerNorm: [9],
  rmsNorm: [9],
  groupNorm: [2, 4],
  instanceNorm2d: [4],
  dropout: [0.5],
  dropout2d: [0.5],
  alphaDropout: [0.5],
  unflatten: [1, [2, 2]],
  permute: [[0, 1, 3, 2]],
  pad: [1],
  pixelShuffle: [2],
  pixelUnshuffle: [3],
  rescale: [0.5],
  normalize: [0.5, 0.5],
  maxPool2d: [2],
  avgPool2d: [2],
  maxPool1d: [2],
  avgPool3d: [2],
  adaptiveAvgPool1d: [2],
  adaptiveAvgPool2d: [2],
  adaptiveMaxPool1d: [2],
  adaptiveMaxPool2d: [2],
};

test.each(Object.keys(CALLS))('%s refuses arguments of another type by name', (name) => {
  const layer = (core as unknown as Record<string, (...args: readonly unknown[]) => Layer>)[name] as (
    ...args: readonly unknown[]
  ) => Layer;
  const args = CALLS[name] as readonly unknown[];
  use(name, () => layer(...args));
  for (const [at] of args.entries()) {
    for (const value of WRONG.filter((v) => typeof v !== 'number')) {
      if (Array.isArray(value) && value.length === rankOf(name) && !value.includes(null)) continue;
      const wrong = args.map((a, i) => (i === at ? value : a));
      expect(() => use(name, () => layer(...wrong)), `${name}(${wrong.map((v) => JSON.stringify(v)).join()})`).toThrow(
        DescentError,
      );
    }
  }
});
