import { checkFeed, checkNoExtraFeeds, checkProgram, programInputs } from '../backend/check.ts';
import type { Arrays, Backend, Executable, Program, State } from '../backend/contract.ts';
import { type Lifetime, lifetime } from '../backend/lifetime.ts';
import { lookUpState } from '../backend/states.ts';
import { runStepByStep } from '../backend/steps.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { printGraph } from '../ir/print.ts';
import { verify } from '../ir/verify.ts';
import type { RefArray } from '../ops/_reference.ts';
import { expectOneOf, expectOptions } from '../options.ts';
import { optimize } from '../passes/optimize.ts';
import { checkKernels, copy, evaluate, type Precision } from './evaluate.ts';
import { createState, type Held } from './state.ts';

export interface ReferenceOptions {
  /** `'float64'` holds float32 values in double precision, for finite differences; results are then float64. Default `'float32'`. */
  readonly precision?: Precision;
}

/**
 * The reference backend, `'reference:float32'` or `'reference:float64'`: a slow interpreter without dependencies that defines what each op
 * computes. Every result is rounded once; sums are kept in float64.
 */
export function referenceBackend(options: ReferenceOptions = {}): Backend {
  expectOptions('referenceBackend', options, ['precision']);
  const { precision = 'float32' } = options;
  expectOneOf('referenceBackend.precision', precision, ['float32', 'float64']);
  const alive = lifetime('the reference backend');
  const states = new WeakMap<State, Held>();
  return {
    name: `reference:${precision}`,
    async compile(program) {
      alive.check();
      return compile(program, precision, states, alive);
    },
    async state(entries) {
      alive.check();
      const { state, held } = createState(precision, alive);
      await state.write(entries);
      states.set(state, held);
      return state;
    },
    async dispose() {
      alive.end();
    },
  };
}

function compile(program: Program, precision: Precision, states: WeakMap<State, Held>, owner: Lifetime): Executable {
  checkProgram(program);
  const graph = optimize(program.graph, () => false);
  verify(graph);
  checkKernels(graph);
  const { reads, writes } = program;
  const alive = lifetime('the executable', owner);
  const inputs = programInputs(program);
  const fed = new Map([...inputs].filter(([name]) => !reads.includes(name)));

  const heldBy = (state: State | undefined): Held | undefined => {
    if (reads.length === 0) return undefined;
    const held = lookUpState(states, state);
    held.alive.check();
    return held;
  };

  const run = (feeds: Arrays, held: Held | undefined): Arrays => {
    checkNoExtraFeeds(feeds, fed);
    const given = new Map<string, RefArray>();
    for (const [name, n] of inputs) {
      const array: NDArray | undefined = fed.has(name) ? feeds[name] : held?.now.get(name);
      checkFeed(name, array, n);
      given.set(name, fed.has(name) ? copy(array, precision) : array);
    }
    const outputs = [...evaluate(graph, given, precision)];
    if (held !== undefined && writes.length > 0) {
      held.before = held.now;
      held.now = new Map([...held.now, ...outputs.filter(([name]) => writes.includes(name))]);
    }
    const returned = outputs.filter(([name]) => !writes.includes(name));
    return Object.fromEntries(returned.map(([name, value]) => [name, copy(value, precision)]));
  };

  return {
    async run(feeds, state) {
      alive.check();
      return run(feeds, heldBy(state));
    },
    async runSteps(steps, feeds, state) {
      alive.check();
      const held = heldBy(state);
      const before = held?.now;
      try {
        return await runStepByStep(steps, feeds, fed, async (some) => run(some, held));
      } finally {
        // All steps are undone together.
        if (held !== undefined && held.now !== before) held.before = before;
      }
    },
    describe: () => printGraph(graph),
    dispose: () => alive.end(),
  };
}
