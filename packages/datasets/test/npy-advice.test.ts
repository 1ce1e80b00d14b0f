import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseNpy, readNpz } from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';

/** A `.npy` file with this description of its elements. */
function npy(descr: string, elements: Uint8Array = new Uint8Array(), shape = '(0,)'): Uint8Array {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117, ' ');
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1');
  return Buffer.concat([head, elements]);
}

describe('arrays that hold no numbers say what to do in NumPy', () => {
  test.each([
    ["'<U5'", 'text cannot be read', 'numpy.unique(array.astype(str), return_inverse=True)'],
    ["'|S3'", 'text cannot be read', 'give names.tolist() as the classes'],
    ["'<U12345'", 'text cannot be read', 'numpy.unique'],
    ["'|O'", 'Python objects cannot be read', 'numpy.stack(list(array))'],
    ["[('a', '<f4'), ('b', '<i4')]", 'a structured array cannot be read', 'array["name"]'],
    ["'<c8'", 'complex numbers cannot be read', 'array.real and array.imag'],
    ["'<M8[ns]'", 'times cannot be read', 'datetime64[s]'],
    ["'<m8[ms]'", 'times cannot be read', 'timedelta64[s]'],
  ])('%s', (descr, message, fix) => {
    const parse = (): unknown => parseNpy(npy(descr));
    expect(parse).toThrow(`NumPy data at byte 10: ${message}`);
    expect(parse).toThrow(fix);
  });

  test('integers beyond int32 are told to the digit', () => {
    const elements = Buffer.alloc(8);
    elements.writeBigInt64LE(-9007199254740993n);
    expect(() => parseNpy(npy("'<i8'", elements, '(1,)'))).toThrow(
      'an integer does not fit int32\n  received: -9007199254740993\n',
    );
    elements.writeBigUInt64BE(18446744073709551615n);
    expect(() => parseNpy(npy("'>u8'", elements, '(1,)'))).toThrow('received: 18446744073709551615\n');
    elements.writeBigInt64LE(2147483647n);
    expect(parseNpy(npy("'<i8'", elements, '(1,)'))).toEqual({
      dtype: 'int32',
      shape: [1],
      data: Int32Array.of(2147483647),
    });
  });
});

test('the advice works in NumPy', async ({ skip }) => {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  const has = spawnSync(python, ['-c', 'import numpy']).status === 0;
  skip(!has, `'${python} -c "import numpy"' fails: set DESCENT_PYTHON to a Python that has NumPy`);
  const root = folder();
  writeFileSync(
    join(root, 'make.py'),
    `
import numpy
text = numpy.array(["crow", "robin", "crow"])
objects = numpy.array(["b", "a", "b"], dtype=object)
arrays = numpy.empty(2, dtype=object); arrays[0] = numpy.ones(3); arrays[1] = numpy.zeros(3)
times = numpy.array(["2024-01-01T00:00:01"], dtype="datetime64[ns]")
ids = numpy.array([9007199254740993, 5, 9007199254740993])
numpy.savez("raw.npz", text=text, objects=objects, arrays=arrays, times=times, ids=ids)
done = {"stacked": numpy.stack(list(arrays)), "seconds": times.astype("datetime64[s]").astype("float64"),
        "indices": numpy.unique(ids, return_inverse=True)[1]}
for name, array in {"text": text, "objects": objects}.items():
    names, y = numpy.unique(array.astype(str), return_inverse=True)
    done[name] = y
numpy.savez("done.npz", **done)
`,
  );
  expect(spawnSync(python, ['make.py'], { cwd: root, encoding: 'utf8' }).stderr).toBe('');
  for (const [name, message] of [
    ['text', 'text cannot be read'],
    ['objects', 'Python objects cannot be read'],
    ['arrays', 'Python objects cannot be read'],
    ['times', 'times cannot be read'],
    ['ids', 'an integer does not fit int32\n  received: 9007199254740993'],
  ] as const) {
    const error = await rejection(readNpz(join(root, 'raw.npz'), { arrays: [name] }));
    expect(error.message).toContain(message);
    expect(error.message).toContain(`raw.npz › ${name}`);
  }
  const done = await readNpz(join(root, 'done.npz'));
  const plain = Object.fromEntries(Object.entries(done).map(([name, { data }]) => [name, [...data]]));
  expect(plain).toEqual({
    stacked: [1, 1, 1, 0, 0, 0],
    seconds: [1704067201],
    indices: [1, 0, 1],
    text: [0, 1, 0],
    objects: [1, 0, 1],
  });
});
