import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NDArray } from '@descent/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, DataFormatError, npyBytes, parseNpy, readNpy, readNpz, writeNpy } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';
import { zipBytes } from './zip.ts';

/** A .npy file with any header. */
function npy(header: string, elements: Uint8Array, version = 1): Uint8Array {
  const length = version === 1 ? 2 : 4;
  const start = Buffer.alloc(8 + length);
  start.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) start.writeUInt16LE(header.length, 8);
  else start.writeUInt32LE(header.length, 8);
  return new Uint8Array(Buffer.concat([start, Buffer.from(header, 'latin1'), elements]));
}

function dict(descr: string, shape: string, fortran = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
}

const anyArray = fc
  .tuple(fc.constantFrom('uint8', 'int32', 'float32', 'float64', 'bool'), fc.array(fc.nat(4), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const element = {
      uint8: fc.nat(255),
      int32: fc.integer(),
      bool: fc.nat(1),
      float32: fc.float(),
      float64: fc.double(),
    }[dtype as 'uint8'];
    return fc.array(element, { minLength: count, maxLength: count }).map((values): NDArray => {
      const Data = {
        uint8: Uint8Array,
        bool: Uint8Array,
        int32: Int32Array,
        float32: Float32Array,
        float64: Float64Array,
      };
      return { dtype: dtype as 'uint8', shape, data: Data[dtype as 'uint8'].from(values) };
    });
  });

describe('.npy', () => {
  test('what is written is read back, plain and gzipped', async () => {
    await fc.assert(
      fc.asyncProperty(anyArray, fc.boolean(), async (array, gz) => {
        const bytes = npyBytes(array);
        expect(await readNpy(gz ? gzipSync(bytes) : bytes)).toEqual(array);
        expect((bytes.length - array.data.byteLength) % 64).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('every element type, in both byte orders', () => {
    const le = (set: string, size: number, values: readonly (number | bigint)[], little: boolean): Uint8Array => {
      const view = new DataView(new ArrayBuffer(size * values.length));
      values.forEach((value, i) => {
        (view[set as 'setInt16'] as (at: number, v: number | bigint, le: boolean) => void).call(
          view,
          size * i,
          value,
          little,
        );
      });
      return new Uint8Array(view.buffer);
    };
    const cases = [
      ['i2', 'setInt16', 2, [-32768, 5], 'int32'],
      ['u2', 'setUint16', 2, [65535, 5], 'int32'],
      ['i4', 'setInt32', 4, [-(2 ** 31), 2 ** 31 - 1], 'int32'],
      ['u4', 'setUint32', 4, [7, 2 ** 31 - 1], 'int32'],
      ['i8', 'setBigInt64', 8, [-(2n ** 31n), 7n], 'int32'],
      ['u8', 'setBigUint64', 8, [2n ** 31n - 1n, 7n], 'int32'],
      ['f4', 'setFloat32', 4, [1.5, -2.25], 'float32'],
      ['f8', 'setFloat64', 8, [0.1, -1e300], 'float64'],
    ] as const;
    for (const [code, set, size, values, dtype] of cases) {
      for (const order of ['<', '>']) {
        const array = parseNpy(npy(dict(`${order}${code}`, '(2,)'), le(set, size, values, order === '<')));
        expect(array.dtype).toBe(dtype);
        expect(Array.from(array.data)).toEqual(values.map(Number));
      }
    }
    expect(Array.from(parseNpy(npy(dict('|i1', '(2,)'), Uint8Array.of(255, 1))).data)).toEqual([-1, 1]);
    expect(parseNpy(npy(dict('|b1', '(3,)'), Uint8Array.of(0, 1, 7)))).toEqual({
      dtype: 'bool',
      shape: [3],
      data: Uint8Array.of(0, 1, 1),
    });
    const halves = le('setUint16', 2, [0x3c00, 0xc000, 0x0001, 0x7c00, 0x7e00, 0x3555], true);
    const half = Array.from(parseNpy(npy(dict('<f2', '(6,)'), halves)).data);
    expect(half.slice(0, 5)).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN]);
    expect(half[5]).toBeCloseTo(1 / 3, 3);
  });

  test('columns first, scalars, empty arrays, and headers of versions 2 and 3', () => {
    const fortran = parseNpy(npy(dict('|u1', '(2, 3)', 'True'), Uint8Array.of(1, 4, 2, 5, 3, 6)));
    expect(fortran).toEqual({ dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    const deep = parseNpy(npy(dict('|u1', '(2, 2, 2)', 'True'), Uint8Array.of(0, 4, 2, 6, 1, 5, 3, 7)));
    expect(Array.from(deep.data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(parseNpy(npy(dict('|u1', '()'), Uint8Array.of(9)))).toEqual({
      dtype: 'uint8',
      shape: [],
      data: Uint8Array.of(9),
    });
    expect(parseNpy(npy(dict('<f4', '(0, 5)'), new Uint8Array())).shape).toEqual([0, 5]);
    for (const version of [2, 3]) expect(parseNpy(npy(dict('|u1', '(1,)'), Uint8Array.of(3), version)).data[0]).toBe(3);
    expect(parseNpy(npy("{'shape': (1,), 'descr': '|u1', 'fortran_order': False}", Uint8Array.of(3))).data[0]).toBe(3);
  });

  test.each([
    ['objects', dict('|O', '(1,)'), [], 'Python objects cannot be read'],
    ['text', dict('<U5', '(1,)'), [], "text cannot be read\n  received: '<U5'"],
    ['complex numbers', dict('<c8', '(1,)'), [], "'<c8'"],
    ['an unordered wide type', dict('|f4', '(1,)'), [0, 0, 0, 0], "'|f4'"],
    [
      'a record',
      "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }",
      [],
      'a structured array cannot be read',
    ],
    [
      'code',
      "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }",
      [],
      'the .npy header cannot be read',
    ],
    [
      'a key twice',
      "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,), }",
      [1],
      'the .npy header cannot be read',
    ],
    ['a negative size', dict('|u1', '(-1,)'), [], 'the .npy header cannot be read'],
    [
      'terabytes',
      dict('<f8', '(100000000, 100000000)'),
      [1],
      'the .npy file is cut off\n  received: 1 bytes of elements',
    ],
    ['33 axes', dict('|u1', `(${'1,'.repeat(33)})`), [1], 'the .npy header cannot be read'],
    ['too many bytes', dict('|u1', '(1,)'), [1, 2], 'the .npy file has bytes after its elements'],
    ['too few bytes', dict('|u1', '(3,)'), [1, 2], 'the .npy file is cut off'],
    [
      'a large uint32',
      dict('<u4', '(1,)'),
      [255, 255, 255, 255],
      'an integer does not fit int32\n  received: 4294967295',
    ],
    ['a large int64', dict('<i8', '(1,)'), [0, 0, 0, 0, 1, 0, 0, 0], 'an integer does not fit int32'],
  ])('%s is a DataFormatError', (_, header, elements, message) => {
    let error: unknown;
    try {
      parseNpy(npy(header, Uint8Array.from(elements)), 'x.npy');
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DataFormatError);
    expect((error as DataFormatError).message).toContain(message);
    expect((error as DataFormatError).message).toMatch(/^x\.npy at byte \d+: /);
  });

  test('any bytes give an array that fits its shape, or a typed error', async () => {
    const mutated = fc
      .tuple(anyArray, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat())
      .map(([array, changes, cut]) => {
        const bytes = npyBytes(array);
        for (const [at, value] of changes) bytes[(at % 130) % bytes.length] = value;
        return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
      });
    const header = fc
      .array(
        fc.constantFrom(
          "'descr'",
          "'shape'",
          "'fortran_order'",
          ':',
          ',',
          '(',
          ')',
          '{',
          '}',
          "'<f4'",
          '1',
          '9'.repeat(15),
          'False',
          ' ',
        ),
        { maxLength: 30 },
      )
      .map((parts) => npy(parts.join(''), new Uint8Array(8)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, header, fc.uint8Array()), async (bytes) => {
        const result = await readNpy(bytes, { limit: 1 << 20 }).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) return;
        const { shape, data } = result as NDArray;
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 400 },
    );
  });

  test('files: missing, too large, not to be written', async () => {
    const root = folder({ 'x.npy': npyBytes({ dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) }) });
    expect(await rejection(readNpy(join(root, 'none.npy')))).toBeInstanceOf(DataFileError);
    expect((await rejection(readNpy(join(root, 'x.npy'), { limit: 100 }))).message).toContain('the file is too large');
    const array: NDArray = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) };
    expect((await rejection(writeNpy(join(root, 'none', 'y.npy'), array))).message).toContain(
      'the folder is not there (ENOENT)',
    );
    await writeNpy(join(root, 'y.npy'), array);
    expect(await readNpy(join(root, 'y.npy'))).toEqual(array);
    expect(() => npyBytes({ ...array, shape: [3] })).toThrow('the data do not fill the shape');
  });
});

describe('.npz', () => {
  const a = npyBytes({ dtype: 'uint8', shape: [2], data: Uint8Array.of(1, 2) });
  const b = npyBytes({ dtype: 'float32', shape: [1, 1], data: Float32Array.of(0.5) });

  test('gives arrays by name, compressed or not, all or some', async () => {
    for (const deflate of [false, true]) {
      const bytes = zipBytes([
        { name: 'a.npy', data: a, deflate },
        { name: 'deep/b.npy', data: b, deflate },
      ]);
      const arrays = await readNpz(bytes);
      expect(Object.keys(arrays)).toEqual(['a', 'deep/b']);
      expect(Array.from(arrays['a']?.data ?? [])).toEqual([1, 2]);
      expect(Object.keys(await readNpz(bytes, { arrays: ['deep/b'] }))).toEqual(['deep/b']);
      expect((await rejection(readNpz(bytes, { arrays: ['c'] }))).message).toContain('expected: c');
    }
  });

  test('errors name the array', async () => {
    const error = await rejection(readNpz(zipBytes([{ name: 'a.npy', data: a.subarray(0, 50) }]), { name: 'x.npz' }));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain('x.npz › a at byte');
    const wrong = await rejection(readNpz(zipBytes([{ name: 'a.npy', data: a, crc: 5 }]), { name: 'x.npz' }));
    expect(wrong.message).toContain('x.npz: a member of the archive is damaged\n  received: a.npy: a wrong checksum');
    const twice = zipBytes([1, 2].map(() => ({ name: 'a.npy', data: a })));
    expect((await rejection(readNpz(twice))).message).toContain('an array twice');
  });

  test('a bomb stops at the limit', async () => {
    const zeros = zipBytes([{ name: 'a.npy', data: new Uint8Array(5_000_000), deflate: true }]);
    expect((await rejection(readNpz(zeros, { limit: 1_000_000 }))).message).toContain('the file is too large');
    const lying = zipBytes([{ name: 'a.npy', data: new Uint8Array(5_000_000), deflate: true, size: 100 }]);
    expect(await rejection(readNpz(lying, { limit: 1_000_000 }))).toMatchObject({
      name: expect.stringMatching(/^Data/),
    });
    const many = zipBytes(Array.from({ length: 4 }, (_, i) => ({ name: `${i}.npy`, data: a })));
    expect((await rejection(readNpz(many, { maxArrays: 3 }))).message).toContain('too many arrays');
  });

  test('any change gives the same arrays or a typed error', async () => {
    const archives = [false, true].map((deflate) =>
      zipBytes([
        { name: 'a.npy', data: a, deflate },
        { name: 'b.npy', data: b, deflate },
      ]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...archives),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (archive, at, change, cut) => {
          const bytes = new Uint8Array(archive);
          bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ change;
          const broken = cut ? archive.subarray(0, at % archive.length) : bytes;
          const result = await readNpz(broken, { limit: 1 << 20 }).catch((error: unknown) => error);
          if (result instanceof DataFormatError || result instanceof DataFileError) return;
          // A change in a name or in what nobody reads does not touch the values.
          const values = Object.values(result as Record<string, NDArray>).map(({ data }) => Array.from(data));
          for (const value of values) expect([[1, 2], [0.5]]).toContainEqual(value);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('NumPy reads what is written here, and the other way round', async ({ skip }) => {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  const has = spawnSync(python, ['-c', 'import numpy']).status === 0;
  skip(!has, `'${python} -c "import numpy"' fails: set DESCENT_PYTHON to a Python that has NumPy`);
  const root = folder();
  await writeNpy(join(root, 'ours.npy'), {
    dtype: 'int32',
    shape: [2, 3],
    data: Int32Array.of(1, -2, 3, 4, 5, 2 ** 31 - 1),
  });
  writeFileSync(
    join(root, 'check.py'),
    `
import numpy as np
a = np.load('ours.npy')
assert a.dtype == np.int32 and a.tolist() == [[1, -2, 3], [4, 5, 2**31 - 1]], a
np.save('f.npy', np.asfortranarray(np.arange(24, dtype='>i2').reshape(2, 3, 4)))
np.save('h.npy', np.array([1.5, -0.25, 65504], dtype=np.float16))
np.save('scalar.npy', np.float64(0.1))
np.save('objects.npy', np.array([{}, None], dtype=object))
np.savez('s.npz', a=np.arange(3), b=np.array([True, False]))
np.savez_compressed('c.npz', x=np.linspace(0, 1, 100, dtype=np.float32), y=np.uint8([[1], [2]]))
`,
  );
  const run = spawnSync(python, ['check.py'], { cwd: root, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  const f = await readNpy(join(root, 'f.npy'));
  expect([f.shape, Array.from(f.data)]).toEqual([[2, 3, 4], Array.from({ length: 24 }, (_, i) => i)]);
  expect(Array.from((await readNpy(join(root, 'h.npy'))).data)).toEqual([1.5, -0.25, 65504]);
  expect(await readNpy(join(root, 'scalar.npy'))).toEqual({ dtype: 'float64', shape: [], data: Float64Array.of(0.1) });
  expect(await rejection(readNpy(join(root, 'objects.npy')))).toBeInstanceOf(DataFormatError);
  expect(readFileSync(join(root, 'objects.npy')).length).toBeGreaterThan(100);
  const s = await readNpz(join(root, 's.npz'));
  expect([Array.from(s['a']?.data ?? []), s['b']?.dtype]).toEqual([[0, 1, 2], 'bool']);
  const c = await readNpz(join(root, 'c.npz'));
  expect([c['x']?.data[99], c['y']?.shape]).toEqual([1, [2, 1]]);
});
