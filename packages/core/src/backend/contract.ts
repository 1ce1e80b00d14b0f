import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';

/** Named host arrays: what a program is fed, what it returns, what a state is written from. */
export type Arrays = Readonly<Record<string, NDArray>>;

/**
 * A graph together with where its values live. Graph inputs named in `reads` come from a `State` on the device, those in `constants` have one
 * value in all runs; all others are fed by the caller. Graph outputs named in `writes` replace the state's entry of that name; all others are returned.
 */
export interface Program {
  readonly graph: Graph;
  /** Graph inputs that come from the state. */
  readonly reads: readonly string[];
  /** Graph outputs that go to the state; each is also in `reads`, with the same type. */
  readonly writes: readonly string[];
  /**
   * Values of graph inputs that are the same in every run, such as the weights of a network that is asked and not trained; the engine may
   * prepare for them once. What is compiled has copies: a change of these arrays changes nothing. Default none.
   */
  readonly constants?: Arrays;
}

/** Named tensors that stay on the device between runs: parameters, optimizer slots, a resident data set. */
export interface State {
  /** Copies entries to the host (all by default). */
  read(names?: readonly string[]): Promise<Arrays>;
  /** Adds entries or replaces them. */
  write(entries: Arrays): Promise<void>;
  /**
   * Undoes the writes of the last `run` or `runSteps`, once, and says whether it could. Backends that write into fresh buffers still have
   * the old ones; the trainer uses them to show where a NaN came from, and to leave the last good weights behind.
   */
  rollback(): boolean | Promise<boolean>;
  dispose(): void;
}

/** A compiled program. */
export interface Executable {
  /**
   * Runs once. `feeds` holds every graph input that is neither read from `state` nor a constant; the result holds every output that is not written to it.
   * @throws BackendError after `dispose`, or when a feed or state entry is missing or has another type than the graph's input.
   */
  run(feeds: Arrays, state?: State): Promise<Arrays>;
  /**
   * Runs `steps` times in a row, carrying the state along. Each feed has one more axis in front, of size `steps`, and so has each result.
   * Numbers are those of calling `run` that often; a backend may do it in one go.
   */
  runSteps(steps: number, feeds: Arrays, state?: State): Promise<Arrays>;
  /** Text for people: the lowerings chosen, for debugging and tests. */
  describe(): string;
  dispose(): void;
}

/** An engine that runs graphs. Passed as a value, never a global. */
export interface Backend {
  /** As in config, such as `'onnx:cpu'`. */
  readonly name: string;
  /**
   * Programs may have `constants` of so many bytes together, and are faster with them than with the same entries in a state. Default 0: it
   * refuses programs that have any.
   */
  readonly constantBytes?: number;
  /** Compiles `program`; fed inputs may have one dynamic axis, state entries may not. */
  compile(program: Program): Promise<Executable>;
  /** Puts `entries` on the device. */
  state(entries: Arrays): Promise<State>;
  dispose(): Promise<void>;
}
