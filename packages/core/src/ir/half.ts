import { notWhatWasWanted } from '../options.ts';
/** The bits of float16 numbers as float32, which holds each of them exactly. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  expectNumbers('fromFloat16', bits);
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = fromHalf(bits[i] as number);
  return values;
}

/** The bits of bfloat16 numbers as float32: they are its upper halves. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  expectNumbers('fromBfloat16', bits);
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return new Float32Array(words.buffer);
}

/** The bits of the float16 numbers nearest to `values`, ties to even; sizes of 65520 and more become infinite. */
export function toFloat16(values: ArrayLike<number>): Uint16Array {
  expectNumbers('toFloat16', values);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = toHalf(values[i] as number);
  return bits;
}

function expectNumbers(what: string, values: unknown): void {
  if (Array.isArray(values) || ArrayBuffer.isView(values)) return;
  throw notWhatWasWanted(what, values, { what: 'a typed array', example: 'Uint16Array.of(0x3c00)' });
}

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Neighbours of this size are 2^(exponent - 10) apart; below 2^-14 as far as there.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  // 2048 steps are the first number of the next exponent, and so says the sum of the bits.
  return sign | (((exponent + 14) << 10) + steps);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
