// Options that a factory does not have are refused, whatever it makes: left out in silence they would change nothing.
import * as core from '@descent/core';
import { describe, expect, test } from 'vitest';

const layer = core.linear(2, 2);
const optimizer = core.sgd({ lr: 0.1 });
/** Arguments of which some fit each factory. */
const FRONTS: readonly (readonly unknown[])[] = [
  ...[[], [2], [2, 2], [2, 2, 2], [0.5], [1, 0.5], [[2, 1]], [[[2, 0.1]]], [1, 2]],
  ...[[layer], [layer, 2], [optimizer], [1, optimizer], [5, 0.5, optimizer]],
  ...[{ lr: 0.1 }, { lr: 0.1, steps: 3 }, { lr: 0.1, every: 2 }, { lr: 0.1, gamma: 0.5 }, { steps: 3 }].map((o) => [o]),
  ...[
    { lr: 0.1, milestones: [1] },
    { lr: 0.1, warmup: 2 },
    { maxLr: 1, steps: 3 },
    { baseLr: 0.1, maxLr: 1 },
  ].map((o) => [o]),
];

/** What `f` makes of these arguments, or its error. */
function called(f: unknown, args: readonly unknown[]): { readonly made?: unknown; readonly error?: unknown } {
  try {
    return { made: (f as (...given: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    return { error };
  }
}

const kindOf = (made: unknown): string | null => {
  if (typeof made === 'function') return typeof called(made, [1]).made === 'number' ? 'schedule' : null;
  if (typeof made !== 'object' || made === null) return null;
  if ('apply' in made && 'parameters' in made) return 'layer';
  if ('apply' in made && 'label' in made) return 'loss';
  if ('apply' in made && 'name' in made) return 'metric';
  return 'transform' in made && 'lr' in made ? 'optimizer' : null;
};

/** The same arguments, with an option that nothing has. */
function withUnknown(front: readonly unknown[]): readonly unknown[] {
  const last = front.at(-1);
  const isOptions =
    typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype && !('label' in last);
  return isOptions ? [...front.slice(0, -1), { ...last, zzzOption: 1 }] : [...front, { zzzOption: 1 }];
}

const factories = Object.entries(core).flatMap(([name, f]) => {
  if (typeof f !== 'function' || /^class\b/.test(String(f))) return [];
  const fronts = FRONTS.filter((front) => {
    const { made } = called(f, front);
    if (made instanceof Promise) made.catch(() => null);
    return kindOf(made) !== null;
  });
  return fronts.map(
    (front) => [`${name}(${front.map((x) => (typeof x === 'object' ? '…' : x))})`, name, f, front] as const,
  );
});

/** An object behind the arguments of these is layers by name; the last gives back what it was given. */
const TAKE_OBJECTS = ['sequential', 'parallel', 'layer', 'prefixPath'];

describe('an option that a factory does not have', () => {
  test('there are factories of all kinds', () => {
    const names = new Set(factories.map(([, name]) => name));
    for (const name of ['relu', 'multiLabelMargin', 'mse', 'r2', 'accuracy', 'sgd', 'accumulate', 'warmup', 'dropout'])
      expect(names).toContain(name);
    expect(names.size).toBeGreaterThan(100);
  });

  test.each(factories.filter(([, name]) => !TAKE_OBJECTS.includes(name)))('is refused by %s', (_, name, f, front) => {
    const { error } = called(f, withUnknown(front));
    expect(error, `${name} leaves it out in silence`).toBeInstanceOf(core.DescentError);
    expect((error as Error).message).toMatch(/zzzOption|an object with/);
  });

  test('says which was meant, and what there is instead', () => {
    expect(() => core.conv2d(1, 2, 3, { paddng: 1 } as never)).toThrow(/did you mean 'padding'/);
    expect(() => (core.multiLabelMargin as (options: object) => unknown)({ reduction: 'sum' })).toThrow(
      /multiLabelMargin has no options/,
    );
    expect(() => core.f1({ beta: 2 } as never)).toThrow(/f1 has no option 'beta'/);
    expect(() => core.f1(2 as never)).toThrow(core.ValueError);
    expect(Array.from({ length: 2 }, core.relu)).toHaveLength(2);
  });
});
