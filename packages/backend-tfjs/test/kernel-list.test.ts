import { tensor } from '@descent/core';
import { DYNAMIC, graph, type Node } from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import { describe, expect, test } from 'vitest';
import type { EngineName } from '../src/engines/options.ts';
import { TRAITS } from '../src/engines/traits.ts';
import { compileGraph } from '../src/kernel-list/compile.ts';
import type { KernelList } from '../src/kernel-list/kernel-list.ts';

const compile = (outputs: Record<string, Node>, engine: EngineName = 'wasm', batch = 0): KernelList =>
  compileGraph(graph(outputs), TRAITS[engine], batch);

const kernels = (list: KernelList): readonly string[] => list.steps.map((s) => s.kernel);

/** Operands of the transposes of a list. */
const moved = (list: KernelList): readonly string[] =>
  list.steps.filter((s) => s.kernel === 'Transpose').map((s) => `[${s.inputs[0]?.shape}]`);

describe('layouts', () => {
  const x = ops.input('x', [8, 1, 28, 28]);
  const bias = (name: string, n: number): Node => ops.reshape(ops.input(name, [n]), [n, 1, 1]);
  const first = ops.maxPool2d(ops.relu(ops.add(ops.conv2d(x, ops.input('w1', [6, 1, 5, 5])), bias('b1', 6))), 2);
  const second = ops.maxPool2d(ops.relu(ops.add(ops.conv2d(first, ops.input('w2', [16, 6, 5, 5])), bias('b2', 16))), 2);

  test('images stay channels-last from the first convolution to the flatten', () => {
    const list = compile({ y: ops.reshape(second, [8, 256]) });
    expect(kernels(list).filter((k) => k !== 'Transpose')).toEqual([
      'FusedConv2D',
      'Relu',
      'MaxPool',
      'FusedConv2D',
      'Relu',
      'MaxPool',
    ]);
    // A weight of one channel, the other weight, and the last image; the input has one channel and lies right as it is.
    expect(moved(list)).toEqual(['[6,1,5,5]', '[16,6,5,5]', '[8,4,4,16]']);
  });

  test('reductions, slices, padding and masks follow', () => {
    const mask = ops.input('mask', [8, 6, 12, 12]);
    const y = ops.pad(ops.slice(ops.mul(first, mask), { axis: 1, start: 0, end: 4 }), [0, 1, 0, 0], [0, 0, 0, 2]);
    const list = compile({ mean: ops.mean(y, { axes: [0, 2, 3] }), max: ops.max(y, { axes: [1] }) });
    expect(moved(list)).toEqual(['[6,1,5,5]', '[8,6,12,12]']);
  });

  test('a transpose in the graph moves nothing until a kernel insists', () => {
    const a = ops.input('a', [3, 4]);
    const twice = ops.transpose(ops.neg(ops.transpose(a)));
    expect(kernels(compile({ twice }))).toEqual(['Neg']);
    expect(kernels(compile({ sum: ops.sum(ops.transpose(a), { axes: [0] }) }))).toEqual(['Sum']);
    expect(moved(compile({ once: ops.transpose(a) }))).toEqual(['[3,4]']);
  });

  test('matmul reads transposed operands where that is fast, and moves them where it is not', () => {
    const y = ops.matmul(ops.input('a', [3, 4]), ops.input('b', [5, 4]), { transposeB: true });
    expect(kernels(compile({ y }, 'webgpu'))).toEqual(['BatchMatMul']);
    expect(kernels(compile({ y }, 'wasm'))).toEqual(['Transpose', 'BatchMatMul']);
  });
});

describe('folding', () => {
  const x = ops.input('x', [4, 6]);

  test('reshapes, and casts of pixels to floats, cost nothing', () => {
    const pixels = ops.input('pixels', [2, 12], 'uint8');
    const list = compile({ y: ops.mul(ops.cast(ops.reshape(pixels, [4, 6]), 'float32'), ops.reshape(x, [4, 6])) });
    expect(kernels(list)).toEqual(['Multiply']);
  });

  test('what depends on constants only is computed once', () => {
    const weight = ops.constant(tensor([[1, 2, 3, 4, 5, 6]]));
    const list = compile({ y: ops.matmul(x, ops.exp(weight), { transposeB: true }) });
    expect(list.setup.map((i) => i.kernel)).toEqual(['Exp']);
    expect(kernels(list)).toEqual(['BatchMatMul']);
    expect(list.kept.size).toBe(1);
  });

  test('equal calls are made once, and what no output needs is not made', () => {
    const list = compile({ y: ops.add(ops.exp(x), ops.exp(x)) });
    expect(kernels(list)).toEqual(['Exp', 'Add']);
    const test = ops.greater(x, 0);
    expect(kernels(compile({ y: ops.mul(x, ops.cast(test, 'float32')) }))).toEqual(['Step', 'Multiply']);
    expect(kernels(compile({ y: ops.cast(test, 'float32'), test }))).toEqual(['Greater', 'Step']);
  });

  test('operands are freed at their last use, outputs and constants are not', () => {
    const e = ops.exp(x);
    const list = compile({ e, y: ops.mul(ops.sin(e), ops.add(e, 1)) });
    const slot = (kernel: string): number => list.steps.find((s) => s.kernel === kernel)?.output.slot as number;
    expect(list.steps.map((s) => [s.kernel, s.free])).toEqual([
      ['Exp', [list.inputs.get('x')?.slot]],
      ['Sin', []],
      ['Add', []],
      ['Multiply', [slot('Sin'), slot('Add')]],
    ]);
  });

  test('a chain of 20,000 calls is no deeper than a short one', () => {
    let y: Node = x;
    for (let i = 0; i < 20_000; i++) y = ops.tanh(y);
    expect(compile({ y }).steps).toHaveLength(20_000);
  });

  test('a tensor without elements is never given to a kernel', () => {
    const y = ops.matmul(ops.input('a', [DYNAMIC, 3]), ops.input('b', [3, 2]));
    expect(kernels(compile({ y }, 'wasm', 0))).toEqual([]);
    expect(kernels(compile({ y }, 'wasm', 2))).toEqual(['BatchMatMul']);
  });
});
