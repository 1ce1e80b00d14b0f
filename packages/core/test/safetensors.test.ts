import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  batchNorm2d,
  DescentError,
  DTypeError,
  decodeSafetensors,
  encodeSafetensors,
  initParameters,
  NumericError,
  ndarray,
  ShapeError,
  StateError,
  sequential,
  tensor,
  toParameters,
  ValueError,
} from '@descent/core';
import { expect, test } from 'vitest';

/** A file with this header, as an object or as it is written, and this body. */
function file(header: object | string, body: Uint8Array | number = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  return raw(json, typeof body === 'number' ? new Uint8Array(body) : body);
}

function raw(json: Uint8Array, body: Uint8Array = new Uint8Array(0), size: bigint = BigInt(json.length)): Uint8Array {
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, size, true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

const entry = (start: number, end: number, shape: readonly number[] = [1], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [start, end],
});
const A = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What the reference implementation (safetensors 0.8) says to each; the test below asks it again where Python is at hand. */
const ACCEPTED: Readonly<Record<string, Uint8Array>> = {
  'one tensor': file({ a: entry(0, 4) }, 4),
  'no tensor': file({}),
  'tensors in any order': file({ a: entry(4, 8), b: entry(0, 4) }, 8),
  'no metadata but null': file({ __metadata__: null, a: entry(0, 4) }, 4),
  'unknown fields': file({ a: { ...entry(0, 4), z: [1.5, {}] } }, 4),
  'unknown fields, deep': file(`{"a":{"z":${nested(125)},${A.slice(5)}}`, 4),
  'no elements, first': file({ a: entry(0, 0, [0]), b: entry(0, 4) }, 4),
  'no elements, last': file({ a: entry(4, 4, [0]), b: entry(0, 4) }, 4),
  'no elements, between': file({ b: entry(4, 4, [0]), a: entry(0, 4), c: entry(4, 8) }, 8),
  'no elements of large sizes': file({ a: entry(0, 0, [0, 2 ** 40, 2 ** 40]) }),
  'rank 0': file({ a: entry(0, 4, []) }, 4),
  'space before and after': file(` {${A}} \n\t\r`, 4),
  escapes: file(`{"\\u0061\\n😀":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
  'a name of the language': file(`{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
  'the name constructor': file({ constructor: entry(0, 4) }, 4),
  'a bool of another byte': file({ a: entry(0, 1, [1], 'BOOL') }, Uint8Array.of(2)),
};

const REFUSED: Readonly<Record<string, Uint8Array>> = {
  'no bytes': new Uint8Array(0),
  'seven bytes': new Uint8Array(7),
  'no header': new Uint8Array(8),
  'a header longer than the file': raw(Uint8Array.of(0x7b, 0x7d), new Uint8Array(0), 3n),
  'a header beyond the limit': raw(Uint8Array.of(0x7b, 0x7d), new Uint8Array(0), 100_000_001n),
  'a header beyond all numbers': raw(Uint8Array.of(0x7b, 0x7d), new Uint8Array(0), 2n ** 64n - 1n),
  'bytes without a tensor': file({}, 1),
  'bytes behind the last tensor': file({ a: entry(0, 4) }, 5),
  'a body cut short': file({ a: entry(0, 4) }, 3),
  'a hole at the start': file({ a: entry(4, 8) }, 8),
  'a hole between': file({ a: entry(0, 4), b: entry(5, 9) }, 9),
  'an overlap': file({ a: entry(0, 4), b: entry(0, 4) }, 4),
  'half an overlap': file({ a: entry(0, 4), b: entry(2, 6) }, 6),
  'no elements, within another': file({ a: entry(2, 2, [0]), b: entry(0, 4) }, 4),
  'null as an entry': file({ a: null }),
  'a number as an entry': file({ a: 1 }),
  'metadata that is a list': file({ __metadata__: [], a: entry(0, 4) }, 4),
  'metadata that is a text': file({ __metadata__: 'x', a: entry(0, 4) }, 4),
  'a number in metadata': file({ __metadata__: { x: 1 }, a: entry(0, 4) }, 4),
  'null in metadata': file({ __metadata__: { x: null }, a: entry(0, 4) }, 4),
  'metadata twice': file(`{"__metadata__":{},"__metadata__":{},${A}}`, 4),
  'a name twice': file(`{${A},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8),
  'a field twice': file('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
  'no shape': file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
  'no range': file({ a: { dtype: 'F32', shape: [1] } }, 4),
  'a size written 1.0': file('{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}', 4),
  'a size written 1e0': file('{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', 4),
  'a size of -0': file('{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'),
  'a negative size': file({ a: entry(0, 4, [-1]) }, 4),
  'two negative sizes': file({ a: entry(0, 4, [-1, -1]) }, 4),
  'a size that is a text': file('{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}', 4),
  'sizes that overflow': file({ a: entry(0, 4, [2 ** 32, 2 ** 32]) }, 4),
  'sizes that overflow before a 0': file({ a: entry(0, 0, [2 ** 40, 2 ** 40, 0]) }),
  'a size beyond 64 bits': file('{"a":{"dtype":"F32","shape":[36893488147419103232,0],"data_offsets":[0,0]}}'),
  'a range backwards': file({ a: entry(4, 0) }, 4),
  'a range of three': file({ a: { ...entry(0, 4), data_offsets: [0, 4, 8] } }, 4),
  'a range that does not fit the shape': file({ a: entry(0, 4, [2]) }, 4),
  'a range beyond the file': file({ a: entry(2 ** 52, 2 ** 52 + 4) }, 4),
  'an unknown element type': file({ a: entry(0, 4, [1], 'X9') }, 4),
  'an element type in small letters': file({ a: entry(0, 4, [1], 'f32') }, 4),
  'half a byte': file({ a: entry(0, 1, [1], 'F4') }, 1),
  'a list': file('[]'),
  'a text': file('"a"'),
  'two objects': file(`{${A}}{}`, 4),
  'a zero byte behind': file(`{${A}}\0`, 4),
  'a comma too many': file(`{${A},}`, 4),
  'a comment': file(`{${A}}//`, 4),
  'single quotes': file(`{'a':{}}`, 4),
  'a byte order mark': file(`\ufeff{${A}}`, 4),
  'bytes that are not UTF-8': raw(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)),
  'half a character': file(`{"\\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
  'lists too deep': file(`{"a":{"z":${nested(126)},${A.slice(5)}}`, 4),
};

/** What Descent refuses beyond the reference implementation: what nobody writes, and what might hide something. */
const STRICTER: Readonly<Record<string, Uint8Array>> = {
  'a name twice, equal': file(`{${A},${A}}`, 4),
  'a name twice in metadata': file(`{"__metadata__":{"x":"1","x":"2"},${A}}`, 4),
  'an unknown field twice': file(`{"a":{"z":1,"z":2,${A.slice(5)}}`, 4),
  'an entry as a list': file('{"a":["F32",[1],[0,4]]}', 4),
  'a size beyond what numbers hold': file('{"a":{"dtype":"F32","shape":[1152921504606846976,0],"data_offsets":[0,0]}}'),
};

test.each(Object.keys(ACCEPTED))('accepted: %s', (name) => {
  const { tensors } = decodeSafetensors(ACCEPTED[name] as Uint8Array);
  for (const { shape, data } of Object.values(tensors)) expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
});

test.each(Object.keys({ ...REFUSED, ...STRICTER }))('refused: %s', (name) => {
  const bytes = { ...REFUSED, ...STRICTER }[name] as Uint8Array;
  expect(() => decodeSafetensors(bytes, 'w.safetensors')).toThrow(DescentError);
  expect(() => decodeSafetensors(bytes, 'w.safetensors')).toThrow(/^w\.safetensors.*not an intact safetensors file/);
});

test('each element type is read or refused by name', () => {
  const one = (dtype: string, data: ArrayBufferView): Uint8Array =>
    file(
      { a: entry(0, data.byteLength, [2], dtype) },
      new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
    );
  const read = (dtype: string, data: ArrayBufferView) => decodeSafetensors(one(dtype, data)).tensors['a'];
  const f32 = (...v: number[]) => ndarray('float32', [2], Float32Array.of(...v));
  const i32 = (...v: number[]) => ndarray('int32', [2], Int32Array.of(...v));
  expect(read('F32', Float32Array.of(1.5, -0))).toEqual(f32(1.5, -0));
  expect(read('F64', Float64Array.of(0.1, 1e300))).toEqual(ndarray('float64', [2], Float64Array.of(0.1, 1e300)));
  expect(read('F16', Uint16Array.of(0x3555, 0xfbff))).toEqual(f32(0.333251953125, -65504));
  expect(read('F16', Uint16Array.of(0x0001, 0x7c00))).toEqual(f32(2 ** -24, Number.POSITIVE_INFINITY));
  expect(read('BF16', Uint16Array.of(0x3f80, 0xc049))).toEqual(f32(1, -3.140625));
  expect(read('BF16', Uint16Array.of(0x0001, 0x7fc0))).toEqual(f32(2 ** -133, Number.NaN));
  expect(read('I8', Int8Array.of(-128, 127))).toEqual(i32(-128, 127));
  expect(read('I16', Int16Array.of(-32768, 32767))).toEqual(i32(-32768, 32767));
  expect(read('U16', Uint16Array.of(0, 65535))).toEqual(i32(0, 65535));
  expect(read('I32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1))).toEqual(i32(-(2 ** 31), 2 ** 31 - 1));
  expect(read('U32', Uint32Array.of(0, 2 ** 31 - 1))).toEqual(i32(0, 2 ** 31 - 1));
  expect(read('I64', BigInt64Array.of(-(2n ** 31n), 7n))).toEqual(i32(-(2 ** 31), 7));
  expect(read('U64', BigUint64Array.of(0n, 7n))).toEqual(i32(0, 7));
  expect(read('U8', Uint8Array.of(0, 255))).toEqual(ndarray('uint8', [2], Uint8Array.of(0, 255)));
  expect(read('BOOL', Uint8Array.of(0, 7))).toEqual(ndarray('bool', [2], Uint8Array.of(0, 1)));
  for (const [dtype, data, value] of [
    ['U32', Uint32Array.of(0, 2 ** 31), '2147483648'],
    ['I64', BigInt64Array.of(0n, 2n ** 53n + 1n), '9007199254740993'],
    ['I64', BigInt64Array.of(-(2n ** 63n), 0n), '-9223372036854775808'],
    ['U64', BigUint64Array.of(0n, 2n ** 32n), '4294967296'],
  ] as const) {
    expect(() => read(dtype, data)).toThrow(new RegExp(`safetensors: a: .*int32[\\s\\S]*${dtype} ${value}`));
    expect(() => read(dtype, data)).toThrow(DTypeError);
  }
  expect(() => read('F8_E4M3', new Uint8Array(2))).toThrow(/received: F8_E4M3/);
  expect(() => read('C64', new Float64Array(2))).toThrow(DTypeError);
});

test('bytes need not begin at a multiple of anything', () => {
  const bytes = file({ b: entry(0, 1, [1], 'U8'), a: entry(1, 9, [2]) }, 9);
  const moved = new Uint8Array(bytes.length + 3);
  moved.set(bytes, 3);
  expect(decodeSafetensors(moved.subarray(3)).tensors['a']).toEqual(tensor([0, 0]));
  const tensors = { a: tensor([1, 2]), b: tensor([3, 4]) };
  const { buffer, byteOffset, length } = encodeSafetensors(tensors);
  expect(decodeSafetensors(Buffer.from(buffer, byteOffset, length)).tensors).toEqual(tensors);
});

test("PyTorch's counters are left out, so that what is left are the parameters", () => {
  const model = sequential(batchNorm2d(2));
  const state = Object.fromEntries(
    ['weight', 'bias', 'running_mean', 'running_var'].map((n, i) => [`0.${n}`, entry(i * 8, i * 8 + 8, [2])]),
  );
  const body = new Uint8Array(40);
  body.set(new Uint8Array(new Float32Array(8).fill(1).buffer));
  const header = { ...state, '0.num_batches_tracked': entry(32, 40, [], 'I64') };
  const { tensors, skipped } = decodeSafetensors(file(header, body));
  expect(toParameters(model, tensors)).toEqual(tensors);
  expect(skipped).toEqual(['0.num_batches_tracked']);
  expect(decodeSafetensors(ACCEPTED['one tensor'] as Uint8Array)).not.toHaveProperty('skipped');
  const own = { 'a.num_batches_tracked': tensor([3]) };
  expect(decodeSafetensors(encodeSafetensors(own)).tensors).toEqual(own);
  const [weight] = Object.values(tensors);
  expect(() => toParameters(model, { ...tensors, other: weight as never })).toThrow(StateError);
});

test('float64 parameters are rounded, and refused where they do not fit', () => {
  const model = sequential(batchNorm2d(1));
  const wide = Object.fromEntries(
    Object.keys(initParameters(model, 1)).map((name) => [name, ndarray('float64', [1], Float64Array.of(0.1))]),
  );
  expect(toParameters(model, wide)['0.weight']).toEqual(tensor([0.1]));
  const huge = { ...wide, '0.bias': ndarray('float64', [1], Float64Array.of(1e39)) };
  expect(() => toParameters(model, huge)).toThrow(NumericError);
  expect(() => toParameters(model, huge)).toThrow(/0\.bias: .*too large[\s\S]*1e\+39 at position 0/);
});

test('what the format cannot hold is not written', () => {
  expect(() => encodeSafetensors({ __metadata__: tensor([1]) })).toThrow(ValueError);
  expect(() => encodeSafetensors({ '\ud800': tensor([1]) })).toThrow(ValueError);
  expect(() => encodeSafetensors({ a: tensor([1]) }, { step: 1 as never })).toThrow(/metadata\.step/);
  expect(() => encodeSafetensors({ a: { ...tensor([1]), shape: [2] } })).toThrow(ShapeError);
  const odd = Object.fromEntries([
    ['__proto__', tensor([1])],
    ['', tensor([2])],
    ['"\\\n', tensor([3])],
  ]);
  expect(decodeSafetensors(encodeSafetensors(odd, { '': '\u2028"' }))).toEqual({
    tensors: odd,
    metadata: { '': '\u2028"' },
  });
});

const python = process.env['DESCENT_PYTHON'] ?? 'python3';

function hasReference(): boolean {
  try {
    execFileSync(python, ['-c', 'import safetensors'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const SCRIPT = `
import json, struct, sys
from safetensors import deserialize
data, answers, at = open(sys.argv[1], 'rb').read(), [], 0
while at < len(data):
    size, = struct.unpack_from('<Q', data, at)
    try:
        deserialize(data[at + 8 : at + 8 + size]); answers.append(True)
    except Exception:
        answers.append(False)
    at += 8 + size
print(json.dumps(answers))`;

/** Numbers from 0 to 1, the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let a = seed; ; ) {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    yield a / 2 ** 32;
  }
}

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '0',
  '-',
  '1.0',
  'null',
  '4',
  '"a":',
  '8',
  ' ',
  '\\u0061',
  '99999999999',
];

/** Files with a few bytes changed, tokens put in, and parts taken out; the length in front is mostly mended. */
function mutants(count: number): readonly Uint8Array[] {
  const random = numbers(7);
  const draw = (n: number): number => Math.floor(random.next().value * n);
  const intact = Object.values(ACCEPTED);
  return Array.from({ length: count }, () => {
    const base = intact[draw(intact.length)] as Uint8Array;
    const size = Number(new DataView(base.buffer).getBigUint64(0, true));
    const json = [...base.subarray(8, 8 + size)];
    for (let i = draw(2) * draw(3); i >= 0; i--) {
      const at = draw(json.length);
      if (draw(3) === 0) json.splice(at, 1 + draw(3));
      else if (draw(2) === 0) json[at] = draw(2) === 0 ? draw(256) : 48 + draw(10);
      else json.splice(at, draw(3), ...new TextEncoder().encode(TOKENS[draw(TOKENS.length)] as string));
    }
    const body = base.slice(8 + size, base.length - (draw(8) === 0 ? 1 : 0));
    return raw(Uint8Array.from(json), body, BigInt(json.length + (draw(8) === 0 ? draw(3) - 1 : 0)));
  });
}

/** Whether the reference implementation lets a name occur twice, or a size be too large, where Descent does not. */
const isStricter = (error: unknown): boolean => /twice|an object with dtype/.test((error as Error).message);

test('the reference implementation accepts and refuses the same files', ({ skip }) => {
  const has = hasReference();
  if (!has) console.log(`safetensors: not compared with its reference: '${python} -c "import safetensors"' fails`);
  skip(!has, `'${python} -c "import safetensors"' fails: set DESCENT_PYTHON to a Python that has it`);
  const files = [...Object.values(ACCEPTED), ...Object.values(REFUSED), ...mutants(8_000)];
  const folder = mkdtempSync(join(tmpdir(), 'descent-safetensors-'));
  try {
    const path = join(folder, 'all');
    writeFileSync(path, Buffer.concat(files.map((bytes) => raw(bytes))));
    const answers = JSON.parse(
      execFileSync(python, ['-c', SCRIPT, path], { maxBuffer: 2 ** 24 }).toString(),
    ) as readonly boolean[];
    expect(answers).toHaveLength(files.length);
    let stricter = 0;
    const wrong: string[] = [];
    for (const [i, bytes] of files.entries()) {
      let error: unknown;
      try {
        decodeSafetensors(bytes);
      } catch (thrown) {
        error = thrown;
        expect(thrown).toBeInstanceOf(DescentError);
      }
      if (error !== undefined && answers[i] === true && (isStricter(error) || error instanceof DTypeError)) stricter++;
      else if ((error === undefined) !== answers[i]) wrong.push(new TextDecoder().decode(bytes));
    }
    expect(wrong).toEqual([]);
    expect(answers.filter((ok) => ok).length).toBeGreaterThan(200);
    expect(stricter).toBeLessThan(50);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
