// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import type { Lowerings, OpName, SomeLowerings } from '../src/public/backend.ts';
import { tensor } from '../src/public/index.ts';
import { type Cases, opCases } from '../src/public/testing.ts';

declare const complete: Lowerings<string, null>;
declare const lower: (operands: readonly string[]) => string;

// A composite may be left out: core decomposes it.
const { softmax: _softmax, logSoftmax: _logSoftmax, ...withoutComposites } = complete;
export const primitivesAlone: Lowerings<string, null> = withoutComposites;

const { matmul: _matmul, ...withoutMatmul } = complete;
// @ts-expect-error a backend's table misses the primitive matmul
export const missesPrimitive: Lowerings<string, null> = withoutMatmul;

export const hasUnknownOp: Lowerings<string, null> = {
  ...complete,
  // @ts-expect-error there is no op of this name
  matmull: lower,
};

export const lowersALeaf: Lowerings<string, null> = {
  ...complete,
  // @ts-expect-error leaves are not lowered by the table
  input: lower,
};

export const readsAttributes: SomeLowerings<string, null, 'sum' | 'conv2d'> = {
  sum: ([x], { attrs }) => `${x} over ${attrs.axes.join()}${attrs.keepDims}`,
  conv2d: ([x, w], { attrs }) => `${x} ${w} ${attrs.strides[0] * attrs.groups}`,
};

export const readsWrongAttribute: SomeLowerings<string, null, 'sum' | 'conv2d'> = {
  // @ts-expect-error the attribute is called axes
  sum: ([x], { attrs }) => `${x} over ${attrs.axis}`,
  // @ts-expect-error strides is a pair, not a number
  conv2d: ([x], { attrs }) => `${x} ${attrs.strides * 2}`,
};

const { erf: _erf, ...withoutErf } = opCases;
// @ts-expect-error the op erf has no cases
export const missesCases: { readonly [N in OpName]: Cases<N> } = withoutErf;

export const wrongAttributes: Cases<'sum'> = [
  // @ts-expect-error the attribute is called axes
  { name: 'a misspelt attribute', inputs: [tensor([1])], attrs: { axis: [0], keepDims: false } },
  // @ts-expect-error keepDims is missing
  { name: 'a missing attribute', inputs: [tensor([1])], attrs: { axes: [0] } },
];

export const withoutReason: Cases<'sum'> = [
  // @ts-expect-error a gradient that is not checked needs a reason
  { name: 'no reason', inputs: [tensor([1])], attrs: { axes: [0], keepDims: false }, grad: false },
];
