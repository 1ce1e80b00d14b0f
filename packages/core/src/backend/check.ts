import { BackendError } from '../errors.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Node } from '../ir/node.ts';
import { isOp } from '../ir/node.ts';
import { formatType } from '../ir/print.ts';
import { DYNAMIC, formatShape, isDynamic, numel } from '../ir/shape.ts';
import { inputOp } from '../ops/leaf/input.ts';
import type { Arrays, Program } from './contract.ts';

/** The graph inputs of a program by name. Throws when two differ under one name. */
export function programInputs({ graph }: Pick<Program, 'graph'>): ReadonlyMap<string, Node> {
  const inputs = new Map<string, Node>();
  for (const n of graph.nodes) {
    if (!isOp(n, inputOp)) continue;
    const { name } = n.attrs;
    if (inputs.has(name)) {
      throw new BackendError(`two graph inputs are called '${name}'`, {
        fix: 'create each input once and use that node everywhere',
      });
    }
    inputs.set(name, n);
  }
  return inputs;
}

/** Throws unless the program's reads and writes fit its graph: each output written replaces a state entry of the same type. */
export function checkProgram(program: Program): void {
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
  const dynamic = program.reads.find((name) => isDynamic(inputs.get(name)?.type.shape ?? []));
  if (dynamic === undefined) return;
  throw new BackendError('state entries have fixed shapes', {
    received: `'${dynamic}' of type ${formatType(inputs.get(dynamic) as Node)}`,
    fix: 'feed what has a dynamic axis',
  });
}

/** Throws unless `array` fits the graph input `n`. With `steps`, the array has one more axis of that size in front. */
export function checkFeed(
  name: string,
  array: NDArray | undefined,
  n: Pick<Node, 'type'>,
  steps?: number,
): asserts array is NDArray {
  const { dtype } = n.type;
  const shape = steps === undefined ? n.type.shape : [steps, ...n.type.shape];
  const expected = `${dtype}${formatShape(shape)}`;
  if (array === undefined)
    throw new BackendError(`the input '${name}' was not given`, {
      expected,
      fix: `add '${name}' to the feeds or the state`,
    });
  const fits = array.shape.length === shape.length && shape.every((d, i) => d === DYNAMIC || d === array.shape[i]);
  if (fits && array.data.length !== numel(array.shape) && array.data.length > 0) {
    throw new BackendError(`the data of '${name}' do not fill their shape`, {
      received: `${array.data.length} elements for shape ${formatShape(array.shape)}`,
      expected: `${numel(array.shape)} elements`,
    });
  }
  if (!fits || (array.dtype !== dtype && !(array.dtype === 'float64' && dtype === 'float32'))) {
    throw new BackendError(`the input '${name}' does not fit`, {
      received: `${array.dtype}${formatShape(array.shape)}`,
      expected,
    });
  }
  // Engines disagree about other bytes: they compute with them, or look at one bit.
  const odd = dtype === 'bool' ? array.data.findIndex((v: number) => v !== 0 && v !== 1) : -1;
  if (odd < 0) return;
  throw new BackendError(`the input '${name}' holds what is no boolean`, {
    received: `${array.data[odd]} at position ${odd}`,
    expected: 'bytes that are 0 or 1',
    fix: 'write 1 for true',
  });
}

/** Throws when a feed is given that the program has no input for: usually a misspelt name. */
export function checkNoExtraFeeds(feeds: Arrays, inputs: ReadonlyMap<string, unknown>): void {
  const extra = Object.keys(feeds).find((name) => !inputs.has(name));
  if (extra === undefined) return;
  throw new BackendError(`there is no input called '${extra}'`, {
    received: extra,
    expected: [...inputs.keys()].join(', '),
  });
}
