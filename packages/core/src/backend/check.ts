import { BackendError, ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { formatType } from '../ir/print.ts';
import { DYNAMIC, formatShape, isDynamic } from '../ir/shape.ts';
import { describeValue, expectKind } from '../options.ts';
import type { Arrays, Program } from './contract.ts';
import { programInputs } from './program-inputs.ts';

/** Throws unless the program's reads and writes fit its graph: each output written replaces a state entry of the same type. */
export function checkProgram(program: Program): void {
  expectKind(
    'program',
    program,
    { graph: 'record', reads: 'list', writes: 'list' },
    '{ graph: graph({ y }), reads: [], writes: [] }',
  );
  const inputs = programInputs(program);
  const reads = new Set(program.reads);
  for (const name of program.writes) {
    const output = program.graph.outputs.get(name);
    if (output === undefined || !reads.has(name)) {
      throw new BackendError(`the program cannot write '${name}' to the state`, {
        received: output === undefined ? 'no graph output of that name' : 'a name that is not among the reads',
        expected: 'graph outputs that replace a state entry which the program reads',
      });
    }
    const input = inputs.get(name);
    if (input !== undefined && formatType(input) !== formatType(output)) {
      throw new BackendError(`the program would change the type of '${name}' in the state`, {
        received: formatType(output),
        expected: formatType(input),
      });
    }
  }
  checkConstants(program, inputs);
  const dynamic = program.reads.find((name) => isDynamic(inputs.get(name)?.type.shape ?? []));
  if (dynamic === undefined) return;
  throw new BackendError('state entries have fixed shapes', {
    received: `'${dynamic}' of type ${formatType(inputs.get(dynamic) as Node)}`,
    fix: 'feed what has a dynamic axis',
  });
}

/** Throws unless the constants of a program are values of graph inputs that are not read from a state. */
function checkConstants({ constants = {}, reads }: Program, inputs: ReadonlyMap<string, Node>): void {
  const graphInputs = [...inputs.keys()].filter((name) => !reads.includes(name));
  for (const [name, value] of Object.entries(constants)) {
    const input = inputs.get(name);
    if (input === undefined || reads.includes(name)) {
      throw new BackendError(`the program cannot have '${name}' as a constant`, {
        received: input === undefined ? 'no graph input of that name' : 'a name that is also among the reads',
        expected: `one of the graph inputs ${graphInputs.join(', ')}`,
      });
    }
    checkFeed(name, value, input, undefined);
  }
}

/** Throws a `BackendError` when the constants of a program are more bytes than the `most` that a backend takes. */
export function checkConstantBytes(backend: string, { constants = {} }: Program, most: number): void {
  const bytes = byteLength(constants);
  if (bytes <= most) return;
  throw new BackendError(`${backend} does not take these constants of a program`, {
    received: `${bytes} bytes`,
    expected: most === 0 ? 'a program without constants' : `at most ${most} bytes`,
    fix: 'put them into a state, and name them in reads',
  });
}

/** How much memory the values of `arrays` take. */
export function byteLength(arrays: Arrays): number {
  return Object.values(arrays).reduce((sum, { data }) => sum + data.byteLength, 0);
}

/**
 * The feeds of a program. With `steps`, each has one more axis of that size in front.
 * @throws BackendError unless there is one that fits for each of the graph inputs `fed`, and for no other name; the errors of `hostArray`
 * for what is no array.
 */
export function checkFeeds(feeds: Arrays, fed: ReadonlyMap<string, Typed>, steps?: number): Arrays {
  if (typeof feeds !== 'object' || feeds === null) {
    throw new ValueError('a program is fed arrays by name', {
      received: describeValue(feeds),
      expected: `{ ${[...fed.keys()].join(', ')} }`,
    });
  }
  for (const name in feeds) {
    if (fed.has(name)) continue;
    // Usually a misspelt name.
    throw new BackendError(`there is no input called '${name}'`, {
      received: name,
      expected: [...fed.keys()].join(', '),
    });
  }
  let checked = feeds;
  for (const [name, n] of fed) {
    const array = checkFeed(name, feeds[name], n, steps);
    if (array !== feeds[name]) checked = { ...checked, [name]: array };
  }
  dynamicSize(fed, feeds, steps);
  return checked;
}

/**
 * The size that the feeds give the dynamic axis: a graph has one, wherever it appears. `undefined` when no feed has such an axis.
 * @throws BackendError when two feeds disagree.
 */
export function dynamicSize(fed: ReadonlyMap<string, Typed>, feeds: Arrays, steps?: number): number | undefined {
  let found: { readonly name: string; readonly size: number } | undefined;
  for (const [name, n] of fed) {
    const axis = n.type.shape.indexOf(DYNAMIC);
    if (axis === -1) continue;
    const size = feeds[name]?.shape[steps === undefined ? axis : axis + 1] as number;
    if (found !== undefined && found.size !== size) {
      throw new BackendError('the inputs disagree about the size of the dynamic axis', {
        received: `${found.size} in '${found.name}', ${size} in '${name}'`,
        expected: 'the same batch size in each',
      });
    }
    found = { name, size };
  }
  return found?.size;
}

/** Throws unless what a state has under `name` fits the graph input `n`. */
export function checkEntry(name: string, type: HostType | undefined, n: Typed): void {
  if (type === undefined || !fits(type, n)) throw misfit(name, type, n);
}

/** What a state is made from or written with. Throws a `ValueError` unless it is arrays by name, and the errors of `hostArray`. */
export function checkEntries(entries: Arrays): Arrays {
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) {
    throw new ValueError('a state has arrays by name', {
      received: describeValue(entries),
      expected: '{ w: tensor([1, 2]) }, or {} for a state that is written later',
    });
  }
  const checked = Object.entries(entries).map(([name, entry]) => {
    const array = hostArray(`the entry '${name}'`, entry);
    checkBooleans(`the entry '${name}'`, array);
    return [name, array] as const;
  });
  return Object.fromEntries(checked);
}

/** Throws unless there is a step to run. */
export function checkSteps(steps: number): void {
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new ValueError('runSteps runs whole steps', { received: `${steps}`, expected: 'an integer of at least 1' });
}

type Typed = Pick<Node, 'type'>;
type HostType = Pick<NDArray, 'dtype' | 'shape'>;

function checkFeed(name: string, feed: NDArray | undefined, n: Typed, steps: number | undefined): NDArray {
  if (feed === undefined) throw misfit(name, feed, n, steps);
  const array = hostArray(`the input '${name}'`, feed);
  if (!fits(array, n, steps)) throw misfit(name, array, n, steps);
  checkBooleans(`the input '${name}'`, array);
  return array;
}

/** Engines disagree about bytes that are no booleans: they compute with them, or look at one bit. */
function checkBooleans(what: string, { dtype, data }: NDArray): void {
  const odd = dtype === 'bool' ? data.findIndex((v: number) => v !== 0 && v !== 1) : -1;
  if (odd < 0) return;
  throw new BackendError(`${what} holds what is no boolean`, {
    received: `${data[odd]} at position ${odd}`,
    expected: 'bytes that are 0 or 1',
    fix: 'write 1 for true',
  });
}

/** Runs for every tensor of every step, and builds no text. */
function fits({ dtype, shape }: HostType, { type }: Typed, steps?: number): boolean {
  if (dtype !== type.dtype && !(dtype === 'float64' && type.dtype === 'float32')) return false;
  const lead = steps === undefined ? 0 : 1;
  if (shape.length !== type.shape.length + lead || (lead === 1 && shape[0] !== steps)) return false;
  for (let i = lead; i < shape.length; i++) {
    const d = type.shape[i - lead];
    if (d !== DYNAMIC && d !== shape[i]) return false;
  }
  return true;
}

function misfit(name: string, given: HostType | undefined, { type }: Typed, steps?: number): BackendError {
  const expected = `${type.dtype}${formatShape(steps === undefined ? type.shape : [steps, ...type.shape])}`;
  if (given === undefined) {
    return new BackendError(`the input '${name}' was not given`, {
      expected,
      fix: `add '${name}' to the feeds or the state`,
    });
  }
  return new BackendError(`the input '${name}' does not fit`, {
    received: `${given.dtype}${formatShape(given.shape)}`,
    expected,
  });
}
