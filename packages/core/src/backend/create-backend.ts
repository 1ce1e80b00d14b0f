import { BackendError } from '../errors.ts';
import { expectKind } from '../options.ts';
import { checkConstantBytes, checkEntries, checkFeeds, checkProgram, checkSteps } from './check.ts';
import type { Arrays, Backend, Executable, Program, State } from './contract.ts';
import { type Lifetime, lifetime } from './lifetime.ts';
import { programInputs } from './program-inputs.ts';
import { stackSteps, stepOf } from './steps.ts';

/** A state as its backend sees it, such as `createEntries` makes it; users get one that knows when it has ended. */
export interface HeldState {
  read(names?: readonly string[]): Promise<Arrays>;
  write(entries: Arrays): void | Promise<void>;
  rollback(): boolean | Promise<boolean>;
  dispose(): void;
}

/** A compiled program as its backend sees it. Feeds have been checked; entries of the state are for it to check, as `valueFor` does. */
export interface CompiledProgram<H> {
  /**
   * Runs once. `held` is the state, for a program that reads one. Within `runSteps`, `step` counts from 0: what the first step replaces is
   * kept for `rollback`, so that all steps are undone together.
   */
  run(feeds: Arrays, held: H | undefined, step: number): Promise<Arrays>;
  /** Left out: one `run` after the other. */
  runSteps?(steps: number, feeds: Arrays, held: H | undefined): Promise<Arrays>;
  describe(): string;
  /** Frees what the collector of JavaScript does not; called once. */
  dispose?(): void;
}

/** What a backend is made from. */
export interface BackendParts<H extends HeldState> {
  /** As in config, such as `'onnx:cpu'`. */
  readonly name: string;
  /** How many bytes of `constants` a program may have; its `compile` gets none otherwise. Default 0. */
  readonly constantBytes?: number;
  compile(program: Program): CompiledProgram<H> | Promise<CompiledProgram<H>>;
  /** A state without entries. */
  state(): H | Promise<H>;
  /** Ends what is left when states and executables have ended. */
  dispose?(): void | Promise<void>;
}

interface Known<H> {
  readonly held: H;
  readonly alive: Lifetime;
}

/**
 * A backend that keeps the contract: it refuses programs, feeds and states that do not fit and whatever has ended, and when it ends, so
 * does all that it has made.
 */
export function createBackend<H extends HeldState>(parts: BackendParts<H>): Backend {
  expectKind(
    'createBackend',
    parts,
    { name: 'text', compile: 'function', state: 'function' },
    "{ name: 'mine', compile, state }",
  );
  const { name, constantBytes = 0 } = parts;
  const alive = lifetime(`the backend ${name}`);
  const known = new WeakMap<State, Known<H>>();
  const [states, executables] = [new Set<State>(), new Set<Executable>()];

  /** Keeps what was made, unless the backend has ended meanwhile. */
  const keep = <T extends { dispose(): void }>(made: T, all: Set<T>): T => {
    all.add(made);
    if (!alive.isOver) return made;
    made.dispose();
    alive.check();
    return made;
  };

  return {
    name,
    constantBytes,
    async compile(program) {
      alive.check();
      checkProgram(program);
      checkConstantBytes(name, program, constantBytes);
      const compiled = await parts.compile(program);
      const find = (state: State | undefined): Known<H> => lookUp(known, state);
      const executable = executableOf(program, compiled, find, alive, () => executables.delete(executable));
      return keep(executable, executables);
    },
    async state(entries) {
      alive.check();
      const arrays = checkEntries(entries);
      const held = await parts.state();
      const own = lifetime('the state', alive);
      const state = stateOf(held, own, () => states.delete(state));
      known.set(state, { held, alive: own });
      keep(state, states);
      try {
        await held.write(arrays);
      } catch (error) {
        state.dispose();
        throw error;
      }
      return state;
    },
    async dispose() {
      if (alive.isOver) return;
      alive.end();
      // States first: values need not be saved from programs that go.
      for (const made of [...states, ...executables]) made.dispose();
      await parts.dispose?.();
    },
  };
}

function executableOf<H extends HeldState>(
  program: Program,
  compiled: CompiledProgram<H>,
  find: (state: State | undefined) => Known<H>,
  owner: Lifetime,
  onDispose: () => void,
): Executable {
  const alive = lifetime('the executable', owner);
  const reads = new Set(program.reads);
  const notFed = new Set([...program.reads, ...Object.keys(program.constants ?? {})]);
  const fed = new Map([...programInputs(program)].filter(([input]) => !notFed.has(input)));
  const heldBy = (state: State | undefined): H | undefined => {
    if (reads.size === 0) return undefined;
    const { held, alive: own } = find(state);
    own.check();
    return held;
  };
  return {
    async run(feeds, state) {
      alive.check();
      // Awaited here it is there two turns of the queue earlier.
      return await compiled.run(checkFeeds(feeds, fed), heldBy(state), 0);
    },
    async runSteps(steps, feeds, state) {
      alive.check();
      checkSteps(steps);
      const arrays = checkFeeds(feeds, fed, steps);
      const held = heldBy(state);
      if (compiled.runSteps !== undefined) return compiled.runSteps(steps, arrays, held);
      const results: Arrays[] = [];
      for (let i = 0; i < steps; i++) results.push(await compiled.run(stepOf(arrays, i), held, i));
      return stackSteps(results);
    },
    describe: () => compiled.describe(),
    dispose: () => endOnce(alive, compiled, onDispose),
  };
}

function stateOf(held: HeldState, alive: Lifetime, onDispose: () => void): State {
  return {
    async read(names) {
      alive.check();
      return held.read(names);
    },
    async write(entries) {
      alive.check();
      await held.write(checkEntries(entries));
    },
    rollback() {
      alive.check();
      return held.rollback();
    },
    dispose: () => endOnce(alive, held, onDispose),
  };
}

function endOnce(alive: Lifetime, held: { dispose?(): void }, onDispose: () => void): void {
  if (alive.isOver) return;
  alive.end();
  onDispose();
  held.dispose?.();
}

function lookUp<H>(known: WeakMap<State, Known<H>>, state: State | undefined): Known<H> {
  if (state === undefined) {
    throw new BackendError('the program reads a state, but none was given', {
      fix: 'pass one made by backend.state(…)',
    });
  }
  const found = typeof state === 'object' && state !== null ? known.get(state) : undefined;
  if (found !== undefined) return found;
  throw new BackendError('the state belongs to another backend', {
    fix: 'make it with the state(…) of the backend that compiled the program',
  });
}
