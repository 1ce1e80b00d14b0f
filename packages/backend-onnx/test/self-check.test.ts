import { type CompiledProgram, graph, type NDArray, type TextStore } from '@descent/core/backend';
import { conv2d, exp, input } from '@descent/core/ops';
import { allCases } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../src/check/cases.ts';
import { openMemory } from '../src/check/memory.ts';
import { checkedPlan, type Places } from '../src/check/self-check.ts';
import { identityOf } from '../src/device/identity.ts';
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
const device = { name: 'onnx:test', options, remembers: true } as const;
const nothing = (): Places => ({ known: new Map() });

test('what a device computes rightly is checked once', async () => {
  const [sessions, known] = [faulty(), nothing()];
  await checkedPlan({ ...device, sessions }, step, known);
  const count = sessions.opened.length;
  expect(count).toBeGreaterThan(20);
  await checkedPlan({ ...device, sessions }, step, known);
  expect(sessions.opened.length).toBe(count);
});

test('a way that is wrong on the device is left for another one', async () => {
  const before = lowerGraph(step.graph, options).notes;
  expect(before.some((note) => note.startsWith('maxPool2dGrad') && note.endsWith('firstMax'))).toBe(true);
  // Only that way repeats pixels.
  const { plan } = await checkedPlan({ ...device, sessions: faulty('Resize') }, step, nothing());
  const { notes } = plan;
  expect(notes.filter((note) => note.startsWith('maxPool2dGrad')).every((note) => note.endsWith('taps'))).toBe(true);
});

test('an op that is wrong in every way is refused by name, with the numbers', async () => {
  const program = { graph: graph({ y: exp(input('x', [2])) }), reads: [], writes: [] };
  const checked = checkedPlan({ ...device, sessions: faulty('Exp') }, program, nothing());
  await expect(checked).rejects.toThrow(
    /exp \(.*\): onnx:test computes wrong numbers here[\s\S]*received[\s\S]*expected/,
  );
  const convolution = {
    graph: graph({ y: conv2d(input('x', [1, 6, 8, 8]), input('w', [16, 6, 5, 5])) }),
    reads: [],
    writes: [],
  };
  const refused = checkedPlan({ ...device, sessions: faulty('Conv') }, convolution, nothing());
  await expect(refused).rejects.toThrow(/conv2d \(/);
});

describe('what is remembered of a device', () => {
  const program = {
    graph: graph({ y: conv2d(input('x', [1, 6, 8, 8]), input('w', [16, 6, 5, 5])) }),
    reads: [],
    writes: [],
  };

  /** A device of which it is known which one it is, and how many models it has opened. */
  const of = (anywhere: string | null, ...operators: readonly string[]) => {
    const sessions = faulty(...operators);
    return { ...sessions, identity: async () => ({ here: 'here', anywhere }) };
  };
  const memory = (text?: string): TextStore & { text: string | undefined } => ({
    text,
    place: 'MEMORY',
    async read() {
      return this.text;
    },
    async write(next) {
      this.text = next;
    },
  });
  /** Checks the program as a process of its own does; how many models that took. */
  const checked = async (sessions: ReturnType<typeof of>, store: TextStore, more: object = {}): Promise<number> => {
    await checkedPlan({ ...device, sessions, ...more }, program, { known: new Map(), store });
    return sessions.opened.length;
  };

  test('is not checked again by another process, on the same device only', async () => {
    const store = memory();
    const count = await checked(of('adapter A'), store);
    expect(count).toBeGreaterThan(3);
    expect(await checked(of('adapter A'), store)).toBe(0);
    expect(await checked(of('adapter B'), store)).toBe(count);
    // Nobody says which one it is, or it is not to be remembered.
    expect(await checked(of(null), store)).toBe(count);
    expect(await checked(of('adapter A'), store, { remembers: false })).toBe(count);
    // Both are kept.
    expect(await checked(of('adapter A'), store)).toBe(0);
  });

  test('is checked again when a lowering gives another model', async () => {
    const store = memory();
    const count = await checked(of('adapter A'), store);
    expect(await checked(of('adapter A'), store, { options: { ...options, opset: 18 } })).toBe(count);
  });

  test('is what was right only: a device that computes wrongly is refused again and again', async () => {
    const store = memory();
    for (const _ of ['first', 'second']) {
      await expect(checked(of('adapter A', 'Conv'), store)).rejects.toThrow(/conv2d \(.*computes wrong numbers here/);
    }
    expect(await checked(of('adapter A'), store)).toBeGreaterThan(3);
  });

  test('says nothing once any place of it was changed, nor after a month, nor from the future', async () => {
    const store = memory();
    const count = await checked(of('adapter A'), store);
    const text = store.text as string;
    const { since, passed } = JSON.parse(text) as { since: string; passed: string[] };
    expect(passed.length).toBeGreaterThan(0);
    const at = async (days: number, kept: string): Promise<boolean> => {
      const now = new Date(Date.parse(since) + days * 86_400_000);
      const found = await openMemory('adapter A', memory(kept), now);
      return found?.has(passed[0] as string) === true;
    };
    expect([await at(0, text), await at(29.9, text), await at(30.1, text), await at(-1, text)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    // A day earlier or later, the digests are those of nothing.
    const older = text.replace(since, new Date(Date.parse(since) - 86_400_000).toISOString());
    const damaged = text.replace(passed[0] as string, `0${(passed[0] as string).slice(1).replace(/^./, '~')}`);
    const half = text.slice(0, text.length / 2);
    for (const changed of [older, damaged, half, '', '[]', 'null', '{"since":"2026","passed":[1]}']) {
      expect(await checked(of('adapter A'), memory(changed))).toBeGreaterThan(0);
    }
    expect(await checked(of('adapter A'), memory(half))).toBe(count);
  });

  test('costs nothing but itself where it cannot be kept', async () => {
    const store: TextStore = {
      place: 'MEMORY',
      read: async () => undefined,
      write: () => Promise.reject(new Error('QuotaExceededError')),
    };
    expect(await checked(of('adapter A'), store)).toBeGreaterThan(3);
    expect(await openMemory('adapter A', undefined)).toBeUndefined();
  });
});

describe('the identity of a device', () => {
  const named = { vendor: 'google', architecture: 'swiftshader', device: '', description: '', isFallbackAdapter: true };
  const runtime = (adapterInfo?: object, web = '1.30.0') =>
    ({ env: { versions: { common: '1.30.0', web }, webgpu: { device: Promise.resolve({ adapterInfo }) } } }) as never;
  const webgpu = deviceOptions({ device: 'webgpu' });

  test('is that of its runtime, provider, level and adapter', async () => {
    const first = await identityOf(runtime(named), webgpu);
    expect(first.anywhere).toContain('swiftshader');
    expect(await identityOf(runtime({ ...named }), webgpu)).toEqual(first);
    const others = [
      await identityOf(runtime({ ...named, architecture: 'ampere' }), webgpu),
      await identityOf(runtime(named, '1.31.0'), webgpu),
      await identityOf(runtime(named), deviceOptions({ device: 'webgpu', graphOptimizationLevel: 'basic' })),
    ];
    expect(new Set([first, ...others].map(({ anywhere }) => anywhere)).size).toBe(4);
  });

  test('is of this process only where nobody says which adapter it is', async () => {
    const { vendor: _, architecture: __, ...nameless } = named;
    for (const info of [undefined, {}, nameless]) {
      expect((await identityOf(runtime(info), webgpu)).anywhere).toBeNull();
    }
    const node = { env: { versions: { common: '1.30.0', node: '1.30.0' } } } as never;
    expect((await identityOf(node, webgpu)).anywhere).toBeNull();
  });

  test('two devices of one machine are never one', async () => {
    const cuda = (deviceId: number) => identityOf(runtime(named), deviceOptions({ device: 'cuda', deviceId }));
    expect((await cuda(0)).here).not.toBe((await cuda(1)).here);
    expect((await cuda(0)).anywhere).toBeNull();
  });
});

test('operands that repeat each other are among the cases of every op that has them', () => {
  for (const op of ['add', 'div', 'equal', 'logicalAnd', 'logicalXor', 'pow']) {
    expect(casesOf(op, allCases()).map((c) => c.case.name)).toEqual(
      expect.arrayContaining(['broadcasts both ways', 'broadcasts both ways with another rank']),
    );
  }
  expect(casesOf('where', allCases()).map((c) => c.case.name)).toContain('broadcasts all three');
});
