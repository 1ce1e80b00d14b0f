// Changes fields of a protobuf message whose lengths all stay right, so that what is wrong is read, and not only that something is.
import { Buffer } from 'node:buffer';

/**
 * @typedef {object} Field
 * @property {bigint} tag
 * @property {bigint | Buffer | Field[]} value A number, bytes, or a message.
 */

const VARINT = 0n;
const BYTES = 2n;
/** Bytes of the other kinds of values. */
const FIXED = new Map([
  [1n, 8],
  [5n, 4],
]);
const DEEPEST = 12;
const NUMBERS = [
  0n,
  1n,
  2n,
  7n,
  127n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/**
 * The fields of a message, or null for bytes that are none.
 *
 * @param {Buffer} bytes
 * @param {number} [depth]
 * @returns {Field[] | null}
 */
export function readFields(bytes, depth = 0) {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) return null;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return null;
  };
  /** @type {Field[]} */
  const fields = [];
  while (at < bytes.length) {
    const tag = varint();
    if (tag === null || tag < 8n) return null;
    const kind = tag & 7n;
    if (kind === VARINT) {
      const value = varint();
      if (value === null) return null;
      fields.push({ tag, value });
      continue;
    }
    const length = kind === BYTES ? varint() : (FIXED.get(kind) ?? null);
    if (length === null || at + Number(length) > bytes.length) return null;
    const value = bytes.subarray(at, at + Number(length));
    at += Number(length);
    const inner = kind === BYTES && value.length > 1 && depth < DEEPEST ? readFields(value, depth + 1) : null;
    fields.push({ tag, value: inner ?? value });
  }
  return fields;
}

/**
 * @param {readonly Field[]} fields
 * @returns {Buffer}
 */
export function writeFields(fields) {
  return Buffer.concat(
    fields.flatMap(({ tag, value }) => {
      if (typeof value === 'bigint') return [varintBytes(tag), varintBytes(value)];
      const bytes = Array.isArray(value) ? writeFields(value) : value;
      return (tag & 7n) === BYTES
        ? [varintBytes(tag), varintBytes(BigInt(bytes.length)), bytes]
        : [varintBytes(tag), bytes];
    }),
  );
}

/** @param {bigint} value */
function varintBytes(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/**
 * One change of a field somewhere in the message; the bytes as they are where they are none.
 *
 * @type {import('./mutate.mjs').Mutation}
 */
export function changeField(bytes, random, others, words) {
  const root = readFields(bytes);
  if (root === null || root.length === 0) return bytes;
  let message = root;
  let at = random.below(message.length);
  for (;;) {
    const { value } = /** @type {Field} */ (message[at]);
    if (!Array.isArray(value) || value.length === 0 || random.chance(0.2)) break;
    message = value;
    at = random.below(message.length);
  }
  const field = /** @type {Field} */ (message[at]);
  const other = /** @type {Field} */ (random.pick(message));
  const change = random.below(7);
  if (change === 0) message.splice(at, 1);
  else if (change === 1) message.splice(at, 0, ...new Array(random.pick([1, 1, 2, 20])).fill(field));
  else if (change === 2)
    [field.value, other.value] =
      (field.tag & 7n) === (other.tag & 7n) ? [other.value, field.value] : [field.value, other.value];
  else if (change === 3) field.tag = (BigInt(1 + random.below(30)) << 3n) | (field.tag & 7n);
  else if (change === 4) message.push(.../** @type {Field[]} */ (readFields(Buffer.from(random.pick(others))) ?? []));
  else if (typeof field.value === 'bigint')
    field.value = random.chance(0.7) ? random.pick(NUMBERS) : BigInt(random.below(64));
  else if (Array.isArray(field.value)) field.value = [...field.value, field];
  else if (FIXED.has(field.tag & 7n)) field.value.fill(random.pick([0, 255, 127]));
  else field.value = words.length > 0 ? Buffer.from(random.pick(words)) : Buffer.alloc(0);
  return Array.isArray(field.value) && field.value.includes(field)
    ? writeFields(nested(root, field, 30))
    : writeFields(root);
}

/**
 * `fields` with `field` inside itself so many times.
 *
 * @param {Field[]} fields
 * @param {Field} field
 * @param {number} times
 * @returns {Field[]}
 */
function nested(fields, field, times) {
  return fields.flatMap((one) => {
    if (one === field && times === 0) return [];
    if (!Array.isArray(one.value)) return [one];
    return [{ tag: one.tag, value: nested(one.value, field, one === field ? times - 1 : times) }];
  });
}
