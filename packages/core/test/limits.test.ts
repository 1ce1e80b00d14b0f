import { expect, test } from 'vitest';
import { ShapeError, zeros } from '../src/public/index.ts';
import { broadcastTo, cast, div, gather, input, iota, scalar, sum } from '../src/public/ops.ts';
import { run } from './_reference.ts';

test('a tensor of more elements than int32 counts is refused where it is made, with its shape', () => {
  expect(() => broadcastTo(scalar(1), [65_536, 65_536])).toThrow(ShapeError);
  expect(() => broadcastTo(scalar(1), [65_536, 65_536])).toThrow(
    /broadcastTo gives a tensor that is too large[\s\S]*\[65536, 65536\], 4294967296 elements[\s\S]*at most 2147483647/,
  );
  expect(() => input('x', [2 ** 20, 2 ** 20])).toThrow(ShapeError);
  expect(() => input('x', [-1, 2 ** 16, 2 ** 16])).toThrow(ShapeError);
  expect(() => iota(2 ** 40)).toThrow(ShapeError);
  expect(broadcastTo(scalar(1), [2 ** 16, 2 ** 14]).type.shape).toEqual([65_536, 16_384]);
});

test('an array that no memory can hold is refused by a typed error', () => {
  expect(() => zeros([1e15])).toThrow(ShapeError);
  expect(() => zeros([1e15])).toThrow(/1000000000000000 elements of float32/);
});

test('gather says which index is out of range, and where', async () => {
  const y = gather(input('x', [3]), input('i', [3], 'int32'));
  const x = { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } as const;
  const i = { dtype: 'int32', shape: [3], data: Int32Array.of(0, 2, -1) } as const;
  await expect(run({ y }, { x, i })).rejects.toThrow(
    /gather: an index is out of range[\s\S]*index -1 at position 2 of 3[\s\S]*integers from 0 to 2/,
  );
});

test('integer quotients and casts chain without a value that ends the process', async () => {
  const x = input('x', [3]);
  const y = sum(div(cast(x, 'int32'), scalar(0, 'int32')));
  const feeds = { x: { dtype: 'float32', shape: [3], data: Float32Array.of(Number.NaN, 1e20, -1e20) } } as const;
  expect((await run({ y }, feeds))['y']?.data).toEqual(Int32Array.of(0));
});
