import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AttrsByName, OpName, TensorType } from '../src/public/backend.ts';
import { type DescentError, type DType, DTypeError, ShapeError, ValueError } from '../src/public/index.ts';
import * as exported from '../src/public/ops.ts';
import { allCases, opCases, opsByName } from '../src/public/testing.ts';

type ErrorClass = typeof ShapeError | typeof DTypeError | typeof ValueError;
type Bad<N extends OpName> = readonly [expected: ErrorClass, inputs: readonly TensorType[], attrs: AttrsByName<N>];

const t = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });
const f = (...shape: number[]): TensorType => t('float32', ...shape);
const i = (...shape: number[]): TensorType => t('int32', ...shape);
const b = (...shape: number[]): TensorType => t('bool', ...shape);
const u = (...shape: number[]): TensorType => t('uint8', ...shape);

const floatOnly: readonly Bad<'exp'>[] = [
  [DTypeError, [i(2)], {}],
  [DTypeError, [u(2)], {}],
  [DTypeError, [b(2)], {}],
];
const floatOnlyWith = <A extends object>(attrs: A): readonly (readonly [ErrorClass, readonly TensorType[], A])[] =>
  floatOnly.map(([error, inputs]) => [error, inputs, attrs]);
const numberOnly: readonly Bad<'neg'>[] = [
  [DTypeError, [u(2)], {}],
  [DTypeError, [b(2)], {}],
];
const mismatch: readonly Bad<'add'>[] = [
  [ShapeError, [f(2), f(3)], {}],
  [ShapeError, [f(2, 3), f(2)], {}],
  [DTypeError, [f(2), i(2)], {}],
];
const arithmetic: readonly Bad<'add'>[] = [...mismatch, [DTypeError, [u(2), u(2)], {}], [DTypeError, [b(2), b(2)], {}]];
const logic: readonly Bad<'logicalAnd'>[] = [
  [DTypeError, [f(2), f(2)], {}],
  [DTypeError, [b(2), i(2)], {}],
  [ShapeError, [b(2), b(3)], {}],
];
const KNOWN = { call: 'gru', reverse: false, result: 'output' } as const;
const reduction = { axes: [0], keepDims: false };
const reductions: readonly Bad<'sum'>[] = [
  [ShapeError, [f(2)], { axes: [1], keepDims: false }],
  [ShapeError, [f()], reduction],
  [DTypeError, [u(2)], reduction],
  [DTypeError, [b(2)], reduction],
];
const extremes: readonly Bad<'max'>[] = [...reductions, [ShapeError, [f(0, 2)], reduction]];
const axes: readonly Bad<'softmax'>[] = [
  [ShapeError, [f(2)], { axis: 1 }],
  [ShapeError, [f()], { axis: 0 }],
  [ShapeError, [f(2, 0)], { axis: 1 }],
  [DTypeError, [i(2)], { axis: 0 }],
];
const conv = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 } as const;
const pool = { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } as const;
const avg = { ...pool, countIncludePad: true };

const LOOP = opCases.scan.find(({ name }) => name === 'running sums')?.attrs as AttrsByName<'scan'>;

/** Applications that each op must refuse, with the class of the error. An op that is missing here does not compile. */
const refused: { readonly [N in OpName]: readonly Bad<N>[] } = {
  abs: numberOnly,
  neg: numberOnly,
  sign: numberOnly,
  cos: floatOnly,
  erf: floatOnly,
  exp: floatOnly,
  floor: floatOnly,
  log: floatOnly,
  relu: floatOnly,
  sigmoid: floatOnly,
  sin: floatOnly,
  sqrt: floatOnly,
  tanh: floatOnly,
  elu: floatOnlyWith({ alpha: 1, scale: 1, inputScale: 1 }),
  fakeQuantize: [
    [DTypeError, [i(2), f(), f()], { quantMin: 0, quantMax: 255, axis: null }],
    [DTypeError, [f(2), i(), f()], { quantMin: 0, quantMax: 255, axis: null }],
    [ShapeError, [f(2, 3), f(2), f()], { quantMin: 0, quantMax: 255, axis: 0 }],
    [ShapeError, [f(2, 3), f(3), f(3)], { quantMin: 0, quantMax: 255, axis: 0 }],
    [ShapeError, [f(2, 3), f(2), f(2)], { quantMin: 0, quantMax: 255, axis: null }],
  ],
  gelu: floatOnlyWith({ approximate: 'none' }),
  hardtanh: floatOnlyWith({ minVal: -1, maxVal: 1 }),
  mish: floatOnly,
  detach: floatOnly,
  knownAs: [
    [ShapeError, [], { known: KNOWN, names: [] }],
    [ShapeError, [f(2)], { known: KNOWN, names: ['x'] }],
    [ShapeError, [f(2), f(2)], { known: KNOWN, names: [] }],
  ],
  log1p: floatOnly,
  softplus: floatOnly,
  bce: [...mismatch, [DTypeError, [i(2), i(2)], {}]],
  bceWithLogits: [...mismatch, [DTypeError, [i(2), i(2)], {}]],
  add: arithmetic,
  sub: arithmetic,
  mul: arithmetic,
  div: arithmetic,
  maximum: arithmetic,
  minimum: arithmetic,
  pow: [...mismatch, [DTypeError, [i(2), i(2)], {}]],
  equal: mismatch,
  less: mismatch,
  lessEqual: mismatch,
  greater: mismatch,
  greaterEqual: mismatch,
  logicalAnd: logic,
  logicalOr: logic,
  logicalXor: logic,
  logicalNot: [
    [DTypeError, [f(2)], {}],
    [DTypeError, [u(2)], {}],
  ],
  where: [
    [DTypeError, [f(2), f(2), f(2)], {}],
    [DTypeError, [b(2), f(2), i(2)], {}],
    [ShapeError, [b(2), f(3), f(3)], {}],
    [ShapeError, [b(2), f(2), f(3)], {}],
  ],
  cast: [],
  scan: [
    [ShapeError, [f(1)], LOOP],
    [ShapeError, [f(1), f()], LOOP],
    [ShapeError, [f(2), f(3, 1)], LOOP],
    [ShapeError, [f(1), f(3, 2)], LOOP],
    [ValueError, [f(1), f(3, 1)], { ...LOOP, result: { last: 1 } }],
  ],
  sum: reductions,
  mean: [...reductions, [DTypeError, [i(2)], reduction]],
  max: extremes,
  min: extremes,
  argMax: [
    [ShapeError, [f(2)], { axis: 1, keepDims: false }],
    [ShapeError, [f(2, 0)], { axis: 1, keepDims: false }],
    [DTypeError, [b(2)], { axis: 0, keepDims: false }],
  ],
  barrier: [[ValueError, [], {}]],
  reshape: [
    [ShapeError, [f(2, 3)], { shape: [5] }],
    [ShapeError, [f(2, 3)], { shape: [-2, -3] }],
    [ShapeError, [f(2, 3)], { shape: [1.5, 4] }],
  ],
  broadcastTo: [
    [ShapeError, [f(2)], { shape: [3] }],
    [ShapeError, [f(2, 3)], { shape: [3] }],
    [ShapeError, [f(3)], { shape: [1] }],
  ],
  transpose: [
    [ShapeError, [f(2, 3)], { perm: [0] }],
    [ShapeError, [f(2, 3)], { perm: [0, 0] }],
    [ShapeError, [f(2, 3)], { perm: [1, 2] }],
  ],
  flip: [
    [ShapeError, [f(2)], { axes: [1] }],
    [ShapeError, [f()], { axes: [0] }],
  ],
  slice: [
    [ShapeError, [f(4)], { starts: [0], ends: [5], steps: [1] }],
    [ShapeError, [f(4)], { starts: [3], ends: [2], steps: [1] }],
    [ShapeError, [f(4)], { starts: [0], ends: [4], steps: [0] }],
    [ShapeError, [f(4)], { starts: [-1], ends: [4], steps: [1] }],
    [ShapeError, [f(4, 4)], { starts: [0], ends: [4], steps: [1] }],
  ],
  pad: [
    [ShapeError, [f(4)], { before: [-1], after: [0], interior: [0], value: 0 }],
    [ShapeError, [f(4)], { before: [0], after: [0.5], interior: [0], value: 0 }],
    [ShapeError, [f(4, 4)], { before: [0], after: [0], interior: [0], value: 0 }],
  ],
  concat: [
    [ShapeError, [], { axis: 0 }],
    [ShapeError, [f(2, 3), f(2, 4)], { axis: 0 }],
    [ShapeError, [f(2, 3), f(2)], { axis: 0 }],
    [ShapeError, [f(2), i(2)], { axis: 0 }],
    [ShapeError, [f(2)], { axis: 1 }],
  ],
  matmul: [
    [ShapeError, [f(2, 3), f(2, 3)], { transposeA: false, transposeB: false }],
    [ShapeError, [f(3), f(3, 2)], { transposeA: false, transposeB: false }],
    [ShapeError, [f(2, 2, 3), f(3, 3, 2)], { transposeA: false, transposeB: false }],
    [DTypeError, [i(2, 3), i(3, 2)], { transposeA: false, transposeB: false }],
    [DTypeError, [f(2, 3), i(3, 2)], { transposeA: false, transposeB: false }],
  ],
  conv2d: [
    [ShapeError, [f(2, 5, 5), f(3, 2, 3, 3)], conv],
    [ShapeError, [f(1, 2, 5, 5), f(3, 2, 3)], conv],
    [ShapeError, [f(1, 3, 5, 5), f(3, 2, 3, 3)], conv],
    [ShapeError, [f(1, 2, 2, 5), f(3, 2, 3, 3)], conv],
    [ShapeError, [f(1, 4, 5, 5), f(3, 2, 3, 3)], { ...conv, groups: 2 }],
    [DTypeError, [u(1, 2, 5, 5), f(3, 2, 3, 3)], conv],
  ],
  conv2dInputGrad: [
    [ShapeError, [f(3, 3, 3), f(3, 2, 3, 3)], { ...conv, inputSize: [5, 5] }],
    [ShapeError, [f(1, 4, 3, 3), f(3, 2, 3, 3)], { ...conv, inputSize: [5, 5] }],
    [ShapeError, [f(1, 3, 3, 3), f(3, 2, 3, 3)], { ...conv, inputSize: [6, 5] }],
    [DTypeError, [i(1, 3, 3, 3), f(3, 2, 3, 3)], { ...conv, inputSize: [5, 5] }],
  ],
  conv2dFilterGrad: [
    [ShapeError, [f(2, 5, 5), f(1, 3, 3, 3)], { ...conv, kernelSize: [3, 3] }],
    [ShapeError, [f(1, 2, 5, 5), f(2, 3, 3, 3)], { ...conv, kernelSize: [3, 3] }],
    [ShapeError, [f(1, 2, 5, 5), f(1, 3, 3, 3)], { ...conv, kernelSize: [2, 3] }],
    [ShapeError, [f(1, 3, 5, 5), f(1, 4, 3, 3)], { ...conv, groups: 2, kernelSize: [3, 3] }],
    [DTypeError, [f(1, 2, 5, 5), i(1, 3, 3, 3)], { ...conv, kernelSize: [3, 3] }],
  ],
  maxPool2d: [
    [ShapeError, [f(2, 4, 4)], pool],
    [ShapeError, [f(1, 2, 1, 4)], pool],
    [DTypeError, [u(1, 2, 4, 4)], pool],
  ],
  maxPool2dGrad: [
    [ShapeError, [f(2, 4, 4), f(2, 2, 2), f(2, 2, 2)], pool],
    [ShapeError, [f(1, 2, 4, 4), f(1, 2, 2, 2), f(1, 2, 2, 1)], pool],
    [ShapeError, [f(1, 2, 4, 4), f(1, 2, 3, 2), f(1, 2, 2, 2)], pool],
    [DTypeError, [f(1, 2, 4, 4), f(1, 2, 2, 2), i(1, 2, 2, 2)], pool],
  ],
  avgPool2d: [
    [ShapeError, [f(2, 4, 4)], avg],
    [ShapeError, [f(1, 2, 4, 1)], avg],
    [DTypeError, [i(1, 2, 4, 4)], avg],
  ],
  avgPool2dGrad: [
    [ShapeError, [f(2, 2, 2)], { ...avg, inputSize: [4, 4] }],
    [ShapeError, [f(1, 2, 2, 2)], { ...avg, inputSize: [4, 6] }],
    [DTypeError, [i(1, 2, 2, 2)], { ...avg, inputSize: [4, 4] }],
  ],
  gather: [
    [ShapeError, [f(2), i(2)], { axis: 1 }],
    [DTypeError, [f(2), f(2)], { axis: 0 }],
    [DTypeError, [f(2), u(2)], { axis: 0 }],
  ],
  scatterAdd: [
    [ShapeError, [i(3), f(2)], { axis: 0, size: 4 }],
    [ShapeError, [i(2), f(2)], { axis: 1, size: 4 }],
    [DTypeError, [f(2), f(2)], { axis: 0, size: 4 }],
    [DTypeError, [i(2), i(2)], { axis: 0, size: 4 }],
    [ValueError, [i(2), f(2)], { axis: 0, size: -1 }],
  ],
  oneHot: [
    [DTypeError, [f(2)], { depth: 3 }],
    [ValueError, [i(2)], { depth: 0 }],
    [ValueError, [i(2)], { depth: 2.5 }],
  ],
  iota: [
    [ValueError, [], { size: -1, dtype: 'int32' }],
    [ValueError, [], { size: 1.5, dtype: 'int32' }],
  ],
  softmax: axes,
  logSoftmax: axes,
  standardize: [
    [ShapeError, [f(2)], { axes: [1], eps: 0, centered: true }],
    [ShapeError, [f(2, 0)], { axes: [1], eps: 0, centered: true }],
    [DTypeError, [i(2)], { axes: [0], eps: 0, centered: true }],
  ],
  embedding: [
    [DTypeError, [f(2), f(3, 2)], { paddingIdx: 0 }],
    [DTypeError, [i(2), i(3, 2)], { paddingIdx: 0 }],
    [ShapeError, [i(2), f(3)], { paddingIdx: 0 }],
    [ValueError, [i(2), f(3, 2)], { paddingIdx: 3 }],
    [ValueError, [i(2), f(3, 2)], { paddingIdx: -1 }],
    [ShapeError, [i(2), f(3, 2), f(3)], { paddingIdx: null }],
    [ShapeError, [i(2), f(3, 2), i(3, 1)], { paddingIdx: null }],
  ],
  embeddingRenorm: [
    [DTypeError, [i(3, 2)], { maxNorm: 1, normType: 2 }],
    [DTypeError, [f(3, 2), i(3, 1)], { maxNorm: 1, normType: 2 }],
    [ShapeError, [f()], { maxNorm: 1, normType: 2 }],
    [ShapeError, [f(3, 2), f(3)], { maxNorm: 1, normType: 2 }],
    [ValueError, [f(3, 2)], { maxNorm: 0, normType: 2 }],
    [ValueError, [f(3, 2)], { maxNorm: Number.POSITIVE_INFINITY, normType: 2 }],
    [ValueError, [f(3, 2)], { maxNorm: 1, normType: 0 }],
  ],
  lengthMask: [
    [DTypeError, [f(2)], { size: 3 }],
    [ShapeError, [i(2, 1)], { size: 3 }],
    [ValueError, [i(2)], { size: -1 }],
    [ValueError, [i(2)], { size: 1.5 }],
  ],
  groupNorm: [
    [ShapeError, [f(2, 3)], { groups: 2, eps: 0 }],
    [ShapeError, [f(2)], { groups: 1, eps: 0 }],
    [ShapeError, [f(2, 2, 0)], { groups: 1, eps: 0 }],
    [ShapeError, [f(2, 4, 3), f(3)], { groups: 2, eps: 0 }],
    [DTypeError, [u(2, 3)], { groups: 1, eps: 0 }],
  ],
  rmsNorm: [
    [ShapeError, [f(2, 3), f(2)], { axis: 1, eps: 0 }],
    [ShapeError, [f(2, 0)], { axis: 1, eps: 0 }],
    [DTypeError, [i(2, 3)], { axis: 1, eps: 0 }],
  ],
  layerNorm: [
    [ShapeError, [f(2, 3), f(2)], { axis: 1, eps: 0 }],
    [ShapeError, [f(2, 3), f(3), f(1)], { axis: 1, eps: 0 }],
    [ShapeError, [f(2, 3)], { axis: 2, eps: 0 }],
    [ShapeError, [f(2, 0)], { axis: 1, eps: 0 }],
    [DTypeError, [u(2, 3)], { axis: 1, eps: 0 }],
    [DTypeError, [f(2, 3), i(3)], { axis: 1, eps: 0 }],
  ],
  softmaxCrossEntropy: [
    [ShapeError, [f(2, 3), i(3)], {}],
    [ShapeError, [f(2, 3), i(2, 3)], {}],
    [ShapeError, [f(), i()], {}],
    [ShapeError, [f(2, 0), i(2)], {}],
    [DTypeError, [i(2, 3), i(2)], {}],
    [DTypeError, [f(2, 3), u(2)], {}],
  ],
};

const folder = join(import.meta.dirname, '../src/ops');
const families = readdirSync(folder, { withFileTypes: true }).filter((e) => e.isDirectory());
const files = new Map(
  families.flatMap(({ name }) =>
    readdirSync(join(folder, name)).map((file) => [file, join(folder, name, file)] as const),
  ),
);
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe('the exports of the ops', () => {
  const opExports = Object.entries(exported as Readonly<Record<string, unknown>>).filter(
    ([, e]) => typeof e === 'object',
  );

  test.each(opExports)('%s is an op called like its export, with a builder of that name', (exportName, op) => {
    const { name, kind } = op as { name: string; kind: string };
    expect(exportName).toBe(`${name}Op`);
    expect(['primitive', 'composite', 'leaf']).toContain(kind);
    expect((exported as Readonly<Record<string, unknown>>)[name]).toBeTypeOf('function');
  });

  test.each([...opsByName()])('%s has a file of its own, with its cases beside it', (name, op) => {
    const file = files.get(`${kebab(name)}.ts`);
    expect(file).toBeDefined();
    // What only the builder needs stands apart where other ops use the op itself, so that a page does not fetch it.
    const own = files.get(`_${kebab(name)}-op.ts`) ?? file;
    expect(readFileSync(own as string, 'utf8')).toContain(`export const ${name}Op:`);
    expect([...files.keys()]).toContain(`${kebab(name)}.cases.ts`);
    expect(op.name).toBe(name);
  });

  test('there are no case files without an op', () => {
    const known = new Set([...opsByName().keys()].map(kebab));
    const stray = [...files.keys()].filter(
      (file) => file.endsWith('.cases.ts') && !known.has(basename(file, '.cases.ts')),
    );
    expect(stray).toEqual([]);
  });
});

describe('the cases', () => {
  test.each(Object.entries(opCases))('%s has a case with a known result, and no two of one name', (_, cases) => {
    expect(cases.some((c) => c.expected !== undefined)).toBe(true);
    expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length);
  });

  test('cover every exported op, and the walk over them leaves none out', () => {
    expect(Object.keys(opCases).sort()).toEqual([...opsByName().keys()].sort());
    expect(allCases()).toHaveLength(Object.values(opCases).reduce((n, cases) => n + cases.length, 0));
  });

  test.each(allCases().filter((c) => c.case.grad === false))(
    '$name: $case.name says why its gradient is not checked',
    (c) => {
      expect('reason' in c.case && c.case.reason.length).toBeGreaterThan(10);
    },
  );
});

describe.each(Object.entries(refused) as [OpName, readonly Bad<OpName>[]][])('%s refuses', (name, applications) => {
  const op = opsByName().get(name);

  test.each(applications.map((a) => [a[0].name, ...a] as const))(
    '%#: a %s for operands and attributes that do not fit',
    (_, expected, inputs, attrs) => {
      let thrown: unknown;
      try {
        op?.infer(inputs, attrs);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(expected);
      const { summary, details } = thrown as DescentError;
      expect(summary).toContain(name);
      expect(details.received).toBeTypeOf('string');
    },
  );

  if (applications.length === 0) {
    test('nothing: it takes every element type and shape', () => {
      for (const from of ['float32', 'int32', 'uint8', 'bool'] as const)
        expect(op?.infer([t(from, 2)], { to: 'int32' })).toEqual(i(2));
    });
  }
});
