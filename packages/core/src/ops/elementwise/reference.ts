import { type HostDType, isFloat } from '../../ir/dtype.ts';
import { broadcast, type RefArray, type RefKernel, type RefKernels } from '../_reference.ts';
import { erf } from './_erf.ts';
import type * as family from './index.ts';

// Storing to an Int32Array or Uint8Array truncates towards zero and wraps, and storing to a Float32Array rounds, so most kernels serve all
// types. The float64 quotient of two int32 is never rounded to an integer that it is not, so truncating it is exact.

function unary(f: (x: number) => number): RefKernel {
  return ([x], { output }, context) => {
    const { data } = x as RefArray;
    const out = context.zeros(output);
    for (let i = 0; i < out.data.length; i++) out.data[i] = f(data[i] as number);
    return out;
  };
}

function binary(f: (a: number, b: number) => number, ofIntegers = f): RefKernel {
  return ([a, b], { output }, context) => {
    const out = context.zeros(output);
    const left = broadcast(a as RefArray, output.shape);
    const right = broadcast(b as RefArray, output.shape);
    const g = output.dtype === 'int32' ? ofIntegers : f;
    for (let i = 0; i < out.data.length; i++) out.data[i] = g(left[i] as number, right[i] as number);
    return out;
  };
}

const where: RefKernel = ([condition, a, b], { output }, context) => {
  const out = context.zeros(output);
  const holds = broadcast(condition as RefArray, output.shape);
  const then = broadcast(a as RefArray, output.shape);
  const otherwise = broadcast(b as RefArray, output.shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = (holds[i] === 0 ? otherwise[i] : then[i]) as number;
  return out;
};

const keep = unary((x) => x);
const isNonZero = unary((x) => Number(x !== 0));
/** Truncated by the store, NaN to 0; what int32 cannot hold becomes its nearer end. */
const toInteger = unary((x) => Math.max(Math.min(x, 2 ** 31 - 1), -(2 ** 31)));

function castOf(from: HostDType, to: HostDType): RefKernel {
  if (to === 'bool') return isNonZero;
  return isFloat(from) && !isFloat(to) ? toInteger : keep;
}

/** C's `pow`, as PyTorch has it: JavaScript's differs where 1 is raised to NaN or ±1 to infinity. */
function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
}

export const elementwiseReference: RefKernels<typeof family> = {
  abs: unary(Math.abs),
  cos: unary(Math.cos),
  erf: unary(erf),
  exp: unary(Math.exp),
  floor: unary(Math.floor),
  log: unary(Math.log),
  neg: unary((x) => -x),
  relu: unary((x) => Math.max(x, 0)),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  sign: unary((x) => Number(x > 0) - Number(x < 0)),
  sin: unary(Math.sin),
  sqrt: unary(Math.sqrt),
  tanh: unary(Math.tanh),
  logicalNot: unary((x) => 1 - x),

  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b, Math.imul),
  div: binary((a, b) => a / b),
  pow: binary(pow),
  maximum: binary(Math.max),
  minimum: binary(Math.min),

  equal: binary((a, b) => Number(a === b)),
  greater: binary((a, b) => Number(a > b)),
  greaterEqual: binary((a, b) => Number(a >= b)),
  less: binary((a, b) => Number(a < b)),
  lessEqual: binary((a, b) => Number(a <= b)),
  logicalAnd: binary((a, b) => a & b),
  logicalOr: binary((a, b) => a | b),
  logicalXor: binary((a, b) => a ^ b),

  cast: (operands, info, context) => castOf((operands[0] as RefArray).dtype, info.attrs.to)(operands, info, context),
  where,
};
