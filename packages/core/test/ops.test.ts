import { afterAll, describe, expect, test } from 'vitest';
import { gradients } from '../src/autodiff/gradients.ts';
import type { Arrays, Executable } from '../src/public/backend.ts';
import { type Graph, graph, isFloat, NotDifferentiableError, node } from '../src/public/backend.ts';
import type { NDArray, Node } from '../src/public/index.ts';
import { input } from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';
import {
  allCases,
  caseFeeds,
  caseGradientGraph,
  caseGraph,
  caseSecondGradientGraph,
  dot,
  feedsFor,
  formatArray,
  gradientInputs,
  largestDifference,
  type NamedCase,
  numericalGradient,
} from '../src/public/testing.ts';

const exact = referenceBackend({ precision: 'float64' });
const single = referenceBackend();
afterAll(async () => {
  await exact.dispose();
  await single.dispose();
});

const byOp = groups(allCases());

function groups(cases: readonly NamedCase[]): Map<string, NamedCase[]> {
  const map = new Map<string, NamedCase[]>();
  for (const c of cases) map.set(c.name, [...(map.get(c.name) ?? []), c]);
  return map;
}

const compile = (g: Graph, backend = exact): Promise<Executable> =>
  backend.compile({ graph: g, reads: [], writes: [] });

async function evaluate(g: Graph, feeds: Arrays, backend = exact): Promise<Arrays> {
  const executable = await compile(g, backend);
  const out = await executable.run(feedsFor(g, feeds));
  executable.dispose();
  return out;
}

function expectClose(actual: NDArray | undefined, expected: NDArray, tolerance: number, what: string): void {
  const received = actual as NDArray;
  const difference = largestDifference(received, expected);
  if (!(difference <= tolerance)) {
    expect.fail(
      `${what}: differs by ${difference}\n  received ${formatArray(received)}\n  expected ${formatArray(expected)}`,
    );
  }
  expect(isFloat(received.dtype)).toBe(isFloat(expected.dtype));
}

/** Differentiates `Σ out·direction` of a graph with respect to one of its inputs. */
async function differentiate(
  g: Graph,
  output: string,
  feeds: Arrays,
  name: string,
  direction: NDArray | null,
): Promise<NDArray> {
  const executable = await compile(g);
  const given = feedsFor(g, feeds);
  if (given[name] === undefined)
    return { ...(feeds[name] as NDArray), data: new Float32Array((feeds[name] as NDArray).data.length) };
  const f = async ([x]: readonly NDArray[]): Promise<number> => {
    const y = (await executable.run({ ...given, [name]: x as NDArray }))[output] as NDArray;
    return direction === null ? (y.data[0] as number) : dot(y, direction);
  };
  const gradient = await numericalGradient(f, [given[name]], 0);
  executable.dispose();
  return gradient;
}

const smooth = (c: NamedCase): boolean => c.case.grad !== false && gradientInputs(c).length > 0;

describe.each([...byOp])('%s', (_, cases) => {
  test.each(cases.map((c) => [c.case.name, c] as const))('forward: %s', async (_, c) => {
    const feeds = caseFeeds(c);
    const y = (await evaluate(caseGraph(c), feeds))['y'] as NDArray;
    const rounded = (await evaluate(caseGraph(c), feeds, single))['y'] as NDArray;
    if (c.case.expected !== undefined) {
      expect(y.dtype === 'float64' ? 'float32' : y.dtype).toBe(c.case.expected.dtype);
      expectClose(y, c.case.expected, 1e-6, 'the float64 result');
    }
    expectClose(rounded, y, c.case.tolerance ?? 1e-5, 'float32 against float64');
  });

  const gradientCases = cases.filter(smooth);
  if (gradientCases.length > 0) {
    test.each(gradientCases.map((c) => [c.case.name, c] as const))('gradient: %s', async (_, c) => {
      const feeds = caseFeeds(c);
      const grads = await evaluate(caseGradientGraph(c), feeds);
      const rounded = await evaluate(caseGradientGraph(c), feeds, single);
      for (const i of gradientInputs(c)) {
        const numerical = await differentiate(caseGraph(c), 'y', feeds, `x${i}`, feeds['dy'] as NDArray);
        expectClose(grads[`g${i}`], numerical, 1e-6, `the gradient of input ${i}`);
        expectClose(
          rounded[`g${i}`],
          grads[`g${i}`] as NDArray,
          1e-4,
          `the gradient of input ${i}, float32 against float64`,
        );
      }
    });

    const once = gradientCases.filter((c) => c.name === 'maxPool2d');
    const twice = gradientCases.filter((c) => c.name !== 'maxPool2d');
    if (once.length > 0) {
      test.each(once.map((c) => [c.case.name, c] as const))('has no second gradient: %s', (_, c) => {
        expect(() => caseSecondGradientGraph(c)).toThrow(NotDifferentiableError);
      });
    }
    if (twice.length > 0) {
      test.each(twice.map((c) => [c.case.name, c] as const))('second gradient: %s', async (_, c) => {
        const g = caseSecondGradientGraph(c);
        const feeds = caseFeeds(c);
        const second = await evaluate(g, feeds);
        const projection = graph({ s: g.outputs.get('s') as Node });
        for (const name of [...gradientInputs(c).map((i) => `x${i}`), 'dy']) {
          const numerical = await differentiate(projection, 's', feeds, name, null);
          expectClose(
            second[name.replace('x', 'h').replace('dy', 'hdy')],
            numerical,
            1e-6,
            `the second gradient of ${name}`,
          );
        }
      });
    }
  }

  const tied = cases.filter((c) => c.case.expectedGrads !== undefined);
  if (tied.length > 0) {
    test.each(tied.map((c) => [c.case.name, c] as const))('known gradient: %s', async (_, c) => {
      const grads = await evaluate(caseGradientGraph(c), caseFeeds(c));
      const known = c.case.expectedGrads?.grads ?? [];
      expect(gradientInputs(c)).toEqual(expect.arrayContaining(known.flatMap((g, i) => (g === null ? [] : [i]))));
      for (const i of gradientInputs(c)) {
        const g = known[i];
        if (g) expectClose(grads[`g${i}`], g, 1e-6, `the gradient of input ${i}`);
        else expect([...(grads[`g${i}`] as NDArray).data].every((v) => v === 0)).toBe(true);
      }
    });
  }

  const op = cases[0]?.op;
  if (op?.kind === 'composite') {
    // Where the parts have kinks that the whole has not, the known gradient is what counts.
    const smooth = cases.filter((c) => c.case.expectedGrads === undefined && gradientInputs(c).length > 0);
    test.each(smooth.map((c) => [c.case.name, c] as const))(
      'the gradient rule is that of the decomposition: %s',
      async (_, c) => {
        const inputs = c.case.inputs.map((x, i) =>
          input(`x${i}`, x.shape, x.dtype === 'float64' ? 'float32' : x.dtype),
        );
        const dy = input('dy', node(op, inputs, c.case.attrs).type.shape);
        const wrt = gradientInputs(c).map((i) => inputs[i] as Node);
        const expanded = gradients(op.decompose(inputs, c.case.attrs), wrt, dy);
        const decomposed = await evaluate(
          graph(Object.fromEntries(expanded.map((g, i) => [`g${gradientInputs(c)[i]}`, g]))),
          caseFeeds(c),
        );
        const own = await evaluate(caseGradientGraph(c), caseFeeds(c));
        expect(Object.keys(own).length).toBeGreaterThan(0);
        for (const [name, g] of Object.entries(own)) expectClose(decomposed[name], g, 1e-6, name);
      },
    );
  }
});
