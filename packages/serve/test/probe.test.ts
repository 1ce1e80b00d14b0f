import type { NDArray } from '@descent/core';
import { expect, test } from 'vitest';
import { probe } from '../src/batching/probe.ts';
import type { Feeds, ServedModel } from '../src/models/served-model.ts';
import { doubled, doubling } from './servers.ts';

const values = ({ x }: Feeds): Float32Array => (x as NDArray).data as Float32Array;
const ofShape = ({ x }: Feeds, data: Float32Array): Feeds => ({ y: { ...(x as NDArray<'float32'>), data } });

test.each<[string, Partial<ServedModel>, number, RegExp]>([
  ['doubles', {}, 16, /^$/],
  ['takes no more than four', { axes: { batch: { min: 1, max: 4 } } }, 4, /^$/],
  [
    'takes the mean of all samples away',
    {
      run: async (feeds) => {
        const all = values(feeds);
        const mean = all.reduce((a, b) => a + b) / all.length;
        return ofShape(
          feeds,
          all.map((v) => v - mean),
        );
      },
    },
    1,
    /another one/,
  ],
  [
    'sums up along its first axis, as over the steps of a series',
    {
      run: async (feeds) => {
        const all = Float32Array.from(values(feeds));
        for (let i = 2; i < all.length; i++) all[i] = (all[i] as number) + (all[i - 2] as number);
        return ofShape(feeds, all);
      },
    },
    1,
    /another one/,
  ],
  [
    'rounds by the largest number of all samples, as dynamic quantisation does',
    {
      run: async (feeds) => {
        const all = values(feeds);
        const step = Math.max(...all.map(Math.abs)) / 127;
        return ofShape(
          feeds,
          all.map((v) => Math.round(v / step) * step),
        );
      },
    },
    1,
    /another one/,
  ],
  [
    'sums up',
    { run: async (feeds) => ({ y: { dtype: 'float32', shape: [1], data: values(feeds).slice(0, 1) } }) },
    1,
    /no row for each sample/,
  ],
  ['fails', { run: () => Promise.reject(new Error('no')) }, 1, /could not be tried: no/],
  [
    'takes three samples at a time',
    { inputs: [{ name: 'x', dtype: 'float32', datatype: 'FP32', shape: [3, 2] }] },
    1,
    /fixed size/,
  ],
  [
    'takes pictures of any size above 16',
    {
      inputs: [{ name: 'x', dtype: 'float32', datatype: 'FP32', shape: [-1, 3, -1, -1] }],
      run: async ({ x }) => {
        if (((x as NDArray).shape[2] ?? 0) < 16) throw new Error('too small');
        return { y: doubled(x as NDArray) };
      },
    },
    16,
    /^$/,
  ],
])('a network that %s', async (_, more, most, why) => {
  const joining = await probe(doubling(more), 16);
  expect(joining.most).toBe(most);
  expect(joining.why ?? '').toMatch(why);
});
