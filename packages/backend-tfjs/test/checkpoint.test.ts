import {
  applyLayer,
  checkpoint,
  gelu,
  gradients,
  type Layer,
  layerNorm,
  linear,
  residual,
  sequential,
} from '@descent/core';
import { graph, type Node, numel, optimize } from '@descent/core/backend';
import { input, mul, sum } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { TRAITS } from '../src/engines/traits.ts';
import { compileGraph } from '../src/kernel-list/compile.ts';
import { lowerings } from '../src/lowerings/index.ts';

const [BATCH, WIDTH, BLOCKS] = [256, 16, 8];

/** The most numbers that lie in memory at once, by the schedule, when gradients of all weights are computed; and how often `kernel` is called. */
function schedule(around: (layer: Layer) => Layer, kernel: string): { readonly peak: number; readonly calls: number } {
  const block = (): Layer =>
    residual(around(sequential(layerNorm(WIDTH), linear(WIDTH, 2 * WIDTH), gelu(), linear(2 * WIDTH, WIDTH))));
  const model = sequential(...Array.from({ length: BLOCKS }, block)) as Layer;
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const y = applyLayer(model, input('x', [BATCH, WIDTH]), parameters, { training: true }) as Node;
  const loss = sum(mul(y, y));
  const grads = gradients(loss, [...parameters.values()]);
  const named = [...parameters.keys()].map((name, i) => [`grad ${name}`, grads[i] as Node] as const);
  const whole = optimize(graph(new Map([['loss', loss], ...named])), (name) => Object.hasOwn(lowerings, name));
  const { steps } = compileGraph(whole, TRAITS.wasm, BATCH);
  // A view that `Identity` gives shares the memory of what it is given.
  const sizes = new Map<number, number>();
  let [now, peak] = [0, 0];
  for (const { kernel: name, output, free } of steps) {
    const size = name === 'Identity' ? 0 : numel(output.shape);
    sizes.set(output.slot, size);
    now += size;
    peak = Math.max(peak, now);
    for (const slot of free) now -= sizes.get(slot) ?? 0;
  }
  return { peak, calls: steps.filter((step) => step.kernel === kernel).length };
}

test('checkpoint computes forward twice, and holds less at once', () => {
  const [plain, again] = [schedule((layer) => layer, 'BatchMatMul'), schedule(checkpoint, 'BatchMatMul')];
  // Each block has two products forward and four backward. The second time its first product is needed alone.
  expect(plain.calls).toBe(BLOCKS * 6);
  expect(again.calls).toBe(BLOCKS * 7);
  expect(again.peak / plain.peak).toBeLessThan(0.5);
});
