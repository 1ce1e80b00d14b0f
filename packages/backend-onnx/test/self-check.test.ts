import { type CompiledProgram, graph, type NDArray } from '@descent/core/backend';
import { conv2d, exp, input } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { checkedPlan } from '../src/check/self-check.ts';
import { deviceOptions } from '../src/device/options.ts';
import { lowerGraph } from '../src/lower.ts';
import { localSessions, type Sessions } from '../src/sessions.ts';
import type { Held } from '../src/state.ts';
import { lenet, trainStep } from './train-step.ts';

/** The processor, but models that hold one of the operators give numbers that are a little off. */
function faulty(...operators: readonly string[]): Sessions<Held> & { readonly opened: string[] } {
  const sessions = localSessions(deviceOptions({ device: 'cpu', threads: 1 }));
  const opened: string[] = [];
  return {
    ...sessions,
    opened,
    async open(plan, lazy): Promise<CompiledProgram<Held>> {
      const compiled = await sessions.open(plan, lazy);
      const text = new TextDecoder('latin1').decode(plan.bytes);
      opened.push(text);
      if (!operators.some((type) => text.includes(type))) return compiled;
      const off = (array: NDArray): NDArray => ({ ...array, data: array.data.map((v) => v * 1.5 + 1) }) as NDArray;
      return {
        ...compiled,
        async run(feeds, held, step) {
          const results = await compiled.run(feeds, held, step);
          return Object.fromEntries(Object.entries(results).map(([name, array]) => [name, off(array)]));
        },
      };
    },
  };
}

const options = { dialect: 'webgpu', threads: 1 } as const;
const step = trainStep(lenet, 2);

test('what a device computes rightly is checked once', async () => {
  const [sessions, known] = [faulty(), new Map()];
  await checkedPlan({ name: 'onnx:test', sessions, options }, step, known);
  const count = sessions.opened.length;
  expect(count).toBeGreaterThan(20);
  await checkedPlan({ name: 'onnx:test', sessions, options }, step, known);
  expect(sessions.opened.length).toBe(count);
});

test('a way that is wrong on the device is left for another one', async () => {
  const before = lowerGraph(step.graph, options).notes;
  expect(before.some((note) => note.startsWith('maxPool2dGrad') && note.endsWith('firstMax'))).toBe(true);
  // Only that way repeats pixels.
  const { plan } = await checkedPlan({ name: 'onnx:test', sessions: faulty('Resize'), options }, step, new Map());
  const { notes } = plan;
  expect(notes.filter((note) => note.startsWith('maxPool2dGrad')).every((note) => note.endsWith('taps'))).toBe(true);
});

test('an op that is wrong in every way is refused by name, with the numbers', async () => {
  const program = { graph: graph({ y: exp(input('x', [2])) }), reads: [], writes: [] };
  const checked = checkedPlan({ name: 'onnx:test', sessions: faulty('Exp'), options }, program, new Map());
  await expect(checked).rejects.toThrow(
    /exp \(.*\): onnx:test computes wrong numbers here[\s\S]*received[\s\S]*expected/,
  );
  const convolution = {
    graph: graph({ y: conv2d(input('x', [1, 6, 8, 8]), input('w', [16, 6, 5, 5])) }),
    reads: [],
    writes: [],
  };
  const refused = checkedPlan({ name: 'onnx:test', sessions: faulty('Conv'), options }, convolution, new Map());
  await expect(refused).rejects.toThrow(/conv2d \(/);
});
