import { DYNAMIC, gradients, type Node, tensor } from '@descent/core';
import { type Arrays, graph, type Program } from '@descent/core/backend';
import { add, input, matmul, mul, reshape, scan, slice, sub, sum, tanh } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { lowerGraph } from '../src/lower.ts';
import { onnx } from '../src/public/index.ts';

const cpu = onnx({ device: 'cpu', threads: 1 });
const reference = referenceBackend();
afterAll(async () => {
  await cpu.dispose();
  await reference.dispose();
});

async function expectSame(outputs: Readonly<Record<string, Node>>, feeds: Arrays): Promise<void> {
  const program: Program = { graph: graph(outputs), reads: [], writes: [] };
  const [own, wanted] = await Promise.all(
    [cpu, reference].map(async (backend) => (await backend.compile(program)).run(feeds)),
  );
  for (const name of Object.keys(outputs)) {
    const [a, b] = [own?.[name], wanted?.[name]];
    expect(a?.shape).toEqual(b?.shape);
    expect(largestDifference(a as never, b as never)).toBeLessThan(1e-5);
  }
}

const recurrent = (h: Node, x: Node, w: Node): { carry: Node; ys: Node } =>
  scan(h, x, (state: Node, now: Node) => {
    const next = tanh(add(matmul(state, w), now));
    return { carry: next, y: next };
  });

describe('scan', () => {
  test('any number of steps from one on', async () => {
    const [h, x, w] = [input('h', [2, 3]), input('x', [DYNAMIC, 2, 3]), input('w', [3, 3])];
    const outputs = { ...recurrent(h, x, w) };
    const feeds = (steps: number): Arrays => ({
      h: values([2, 3], 1),
      x: values([steps, 2, 3], 2),
      w: values([3, 3], 3),
    });
    for (const steps of [1, 7]) await expectSame(outputs, feeds(steps));
    // The runtime has no answer to it; with a number of steps that is known to be 0, nothing is asked of it.
    await expect(expectSame(outputs, feeds(0))).rejects.toThrow(/could not run the program[\s\S]*Scan/);
    await expectSame({ ...recurrent(h, input('x', [0, 2, 3]), w) }, feeds(0));
  });

  test('a batch of any size, with gradients', async () => {
    const [x, w] = [input('x', [4, DYNAMIC, 3]), input('w', [3, 3])];
    const first = reshape(slice(x, { axis: 0, end: 1 }), [DYNAMIC, 3]);
    const { carry, ys } = recurrent(sub(first, first), x, w);
    const [dx, dw] = gradients(add(sum(mul(ys, ys)), sum(carry)), [x, w]) as [Node, Node];
    for (const batch of [1, 5])
      await expectSame({ carry, ys, dx, dw }, { x: values([4, batch, 3], 4), w: values([3, 3], 5) });
  });

  test('loops in loops see what stands outside of both, also in many steps at once', async () => {
    const [x, w] = [input('x', [3, 2]), input('w', [])];
    const { carry } = scan(mul(w, 0.5), x, (outer: Node, row: Node) => {
      const inner = scan(outer, row, (s: Node, v: Node) => ({ carry: tanh(add(mul(s, w), mul(v, outer))), y: s }));
      return { carry: add(inner.carry, mul(sum(inner.ys), w)) };
    });
    const [dx, dw] = gradients(carry, [x, w]) as [Node, Node];
    await expectSame({ carry, dx, dw }, { x: values([3, 2], 6), w: tensor(0.7) });

    const program: Program = { graph: graph({ w: sub(w, mul(dw, 0.1)), carry }), reads: ['w'], writes: ['w'] };
    const found = await Promise.all(
      [cpu, reference].map(async (backend) => {
        const state = await backend.state({ w: tensor(0.7) });
        return (await backend.compile(program)).runSteps(4, { x: values([4, 3, 2], 7) }, state);
      }),
    );
    expect(largestDifference(found[0]?.['carry'] as never, found[1]?.['carry'] as never)).toBeLessThan(1e-5);
  });

  test('does not grow with the steps, and uses no loop where there are none', () => {
    const count = (steps: number, dialect: 'cpu' | 'webgpu'): Record<string, number> => {
      const [h, x, w] = [input('h', [2, 3]), input('x', [steps, 2, 3]), input('w', [3, 3])];
      const [dw] = gradients(sum(recurrent(h, x, w).ys), [w]) as [Node];
      const { nodes } = lowerGraph(graph({ dw }), { dialect }).model.graph;
      return { all: nodes.length, loops: nodes.filter(({ type }) => type === 'Scan').length };
    };
    expect(count(500, 'cpu')).toEqual(count(5, 'cpu'));
    expect(count(5, 'cpu')['loops']).toBe(2);
    expect(count(5, 'webgpu')['loops']).toBe(0);
  });
});
