import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, DataFormatError, parseIdx, readIdx } from '../src/public/index.ts';
import { folder, idxBytes, rejection } from './helpers.ts';

/** Element types, written independently of the reader: type code, bytes and DataView method. */
const TYPES = [
  { name: 'uint8', code: 0x08, size: 1, dtype: 'uint8', write: 'setUint8', low: 0, high: 255 },
  { name: 'int8', code: 0x09, size: 1, dtype: 'int32', write: 'setInt8', low: -128, high: 127 },
  { name: 'int16', code: 0x0b, size: 2, dtype: 'int32', write: 'setInt16', low: -32768, high: 32767 },
  { name: 'int32', code: 0x0c, size: 4, dtype: 'int32', write: 'setInt32', low: -(2 ** 31), high: 2 ** 31 - 1 },
  { name: 'float32', code: 0x0d, size: 4, dtype: 'float32', write: 'setFloat32', low: -1e6, high: 1e6 },
  { name: 'float64', code: 0x0e, size: 8, dtype: 'float64', write: 'setFloat64', low: -1e6, high: 1e6 },
] as const;

const anyFile = fc.constantFrom(...TYPES).chain((type) =>
  fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const element = fc.integer({ min: type.low, max: type.high });
    return fc.array(element, { minLength: count, maxLength: count }).map((values) => {
      const elements = new DataView(new ArrayBuffer(count * type.size));
      values.forEach((value, i) => {
        elements[type.write](i * type.size, value);
      });
      return { type, shape, values, bytes: idxBytes(shape, new Uint8Array(elements.buffer), type.code) };
    });
  }),
);

describe('readIdx', () => {
  test('reads every element type, plain and gzipped', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.boolean(), async ({ type, shape, values, bytes }, gz) => {
        const array = await readIdx(gz ? gzipSync(bytes) : bytes);
        expect(array.dtype).toBe(type.dtype);
        expect(array.shape).toEqual(shape);
        expect(Array.from(array.data)).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  test('a truncated or extended file is a DataFormatError with the place', () => {
    fc.assert(
      fc.property(anyFile, fc.nat(), fc.boolean(), ({ bytes }, cut, extend) => {
        const broken = extend
          ? Buffer.concat([bytes, Buffer.alloc(1 + (cut % 9))])
          : bytes.subarray(0, cut % bytes.length);
        const error = thrown(() => parseIdx(broken, 'broken.idx'));
        expect(error).toBeInstanceOf(DataFormatError);
        expect((error as DataFormatError).file).toBe('broken.idx');
        expect((error as DataFormatError).offset).toBeLessThanOrEqual(broken.length);
        expect(error?.message).toMatch(/broken\.idx at byte \d+: .*\n {2}received: .*\n {2}expected: /);
      }),
      { numRuns: 300 },
    );
  });

  test('mutated and random bytes give an array that fits its shape, or a typed error', async () => {
    const mutated = fc
      .tuple(anyFile, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([{ bytes }, changes, gz]) => {
        const copy = new Uint8Array(gz ? gzipSync(bytes) : bytes);
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      });
    const random = fc.tuple(
      fc.constantFrom([], [0, 0], [0, 0, 8], [0, 0, 13, 255], [0x1f, 0x8b, 8]),
      fc.uint8Array({ maxLength: 2000 }),
    );
    const any = fc.oneof(
      mutated,
      random.map(([start, rest]) => Uint8Array.from([...start, ...rest])),
    );
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        const result = await readIdx(bytes, { limit: 1 << 20 }).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) return;
        const { shape, data } = result as Awaited<ReturnType<typeof readIdx>>;
        expect(data.length).toBe(shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 1000 },
    );
  });

  test('a header that promises terabytes is refused before anything is allocated', async () => {
    const error = (await rejection(
      readIdx(idxBytes([0xffffffff, 0xffffffff, 0xffffffff], [1, 2, 3])),
    )) as DataFormatError;
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain('received: 3 bytes of elements');
    const deep = thrown(() => parseIdx(idxBytes(new Array<number>(255).fill(0xffffffff), [])));
    expect(deep?.message).toContain('received: 0 bytes of elements');
    expect(parseIdx(idxBytes([0, ...new Array<number>(254).fill(0xffffffff)], [])).data.length).toBe(0);
  });

  test('a gzip bomb stops at the limit', async () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    const before = process.memoryUsage().arrayBuffers;
    const error = await rejection(readIdx(bomb, { limit: 1_000_000, name: 'bomb.gz' }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('bomb.gz: the file is too large');
    expect(error.message).toContain('expected: at most 1000000 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  test('errors name the file and say what is wrong with it', async () => {
    const root = folder({
      'page.idx': Buffer.from('<!doctype html>'),
      'type.idx': Buffer.from([0, 0, 7, 0]),
      'cut.gz': gzipSync(
        idxBytes(
          [100],
          new Uint8Array(100).map((_, i) => i * 31),
        ),
      ).subarray(0, 60),
      'ok.idx': idxBytes([3], [1, 2, 3]),
    });
    const at = (name: string): string => join(root, name);
    expect((await rejection(readIdx(at('page.idx')))).message).toContain(
      'page.idx at byte 0: this is not an IDX file\n  received: first bytes 0x3c 0x21 0x64 0x6f',
    );
    expect((await rejection(readIdx(at('type.idx')))).message).toContain(
      'unknown IDX element type\n  received: 0x07\n  expected: 0x08 uint8',
    );
    expect((await rejection(readIdx(at('cut.gz')))).message).toMatch(
      /cut\.gz: the gzip data is corrupt or truncated\n {2}received: 60 compressed bytes/,
    );
    expect(await rejection(readIdx(at('none.idx')))).toMatchObject({ name: 'DataFileError', file: at('none.idx') });
    expect((await rejection(readIdx(root))).message).toContain('received: a folder');
    expect((await rejection(readIdx(at('ok.idx'), { limit: 10 }))).message).toContain(
      'received: 11 bytes\n  expected: at most 10 bytes',
    );
    expect((await rejection(readIdx(at('ok.idx'), { limit: 0 }))).message).toContain('limit is a number of bytes');
    expect(Array.from((await readIdx(at('ok.idx'))).data)).toEqual([1, 2, 3]);
  });
});

function thrown(run: () => unknown): Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
