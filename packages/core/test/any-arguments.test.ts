// Every exported function of every entry is called with what it does not take: it may refuse that, or bear it, but what the JavaScript engine
// says of it (`Cannot read properties of undefined`) says nothing to the caller.
import { input } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const f = (): number => 1;
const node = input('x', [2, 3]);
const backend = referenceBackend();

const ARGUMENTS: readonly (readonly unknown[])[] = [
  [],
  ...[null, undefined, 'x', '', 3, -1, 0.5, Number.NaN, true, [], {}, f].flatMap((x) => [[x], [x, x], [x, x, x, x, x]]),
  [[null]],
  [[{}]],
  [{ shape: null }],
  [{ length: 3 }],
  // What is right as far as it goes, and then is not.
  ...[null, 'x', 3, [], {}, f].flatMap((x) => [
    [node, x],
    [node, node, x],
    [f, x],
    ['x', x],
    ['x', [2], x],
    [[2], x],
    [[2], 1, x],
  ]),
  [f, { backend: {} }],
  [f, { backend }],
  [(x: unknown) => x, { backend }],
];

/** What the rest of Descent calls with values that it has checked or written itself. */
const TRUSTING = [
  // Lists of known words, which stand in the code.
  ...['closest', 'didYouMean', 'expectOptions'],
  // Functions of those who write backends, on graph inputs that a program has.
  ...['dynamicSize', 'mapTree', 'sourcesFirst', 'substituted'],
  // What writes training steps as files asks of `@descent/core/programs`, after its own checks of the same parts.
  ...['checkedLoss', 'drawsAt', 'stepGraphs'],
  // Arrays that a backend has checked.
  ...['copied', 'moving'],
  // Names and ranges of open axes, checked by `openAxes` and `expectOpenSamples`.
  ...['atSizes', 'exampleSizes', 'formatRange', 'isInRange', 'sampleAt', 'sizesIn'],
];

const isClass = (value: unknown): boolean => /^class\b/.test(String(value));

/** What the engine says, or `null` when it is silent. */
async function raw(run: () => unknown): Promise<string | null> {
  try {
    const result = await run();
    // Some make functions: schedules, initializers, compiled functions.
    if (typeof result !== 'function') return null;
    for (const args of ARGUMENTS.slice(0, 40)) {
      const said = await raw(async () => void (await result(...args)));
      if (said !== null) return `its result: ${said}`;
    }
    return null;
  } catch (error) {
    const name = (error as Error | undefined)?.constructor?.name ?? 'nothing';
    return /^(Type|Range|Reference|Syntax|URI)?Error$/.test(name) ? `${name}: ${(error as Error).message}` : null;
  }
}

const entries = Object.keys(manifest.exports).map((path) => path.replace('.', '@descent/core'));

test('there are entries', () => expect(entries).toContain('@descent/core/backend'));

describe.each(entries)('%s', async (entry) => {
  const exported: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ entry);
  const functions = Object.entries(exported).filter(([, value]) => typeof value === 'function' && !isClass(value));

  test.each(functions)('%s', async (name, call) => {
    const said = new Map<string, string>();
    for (const args of ARGUMENTS) {
      const text = await raw(() => (call as (...args: readonly unknown[]) => unknown)(...args));
      if (text !== null) said.set(args.map(String).join(), text);
    }
    if (TRUSTING.includes(name)) expect(said.size, 'take it off the list').toBeGreaterThan(0);
    else expect([...said]).toEqual([]);
  });
});
