import { type DType, DYNAMIC, type Node } from '@descent/core';
import { substituted, topologicalOrder } from '@descent/core/backend';
import { add, cast, iota, scalar, scan } from '@descent/core/ops';
import { dependsOnBatch } from '../known.ts';
import type { Frame, Scanned } from './frame.ts';

/** A step that has been built. */
export interface OpenStep {
  readonly frame: Frame;
  /** The states before the first step, in types that loops carry, and what stands for them. */
  readonly states: readonly { readonly standIn: Node; readonly init: Node; readonly next: Node }[];
  /** What is kept of each step. */
  readonly kept: readonly Node[];
  readonly scanned: readonly Scanned[];
}

export interface Closed {
  readonly last: readonly Node[];
  readonly each: readonly Node[];
}

/** Core's loop of a step. The type of what is kept is that of the values. */
export function closed(open: OpenStep, steps: number, reverse: boolean): Closed {
  const { frame, kept } = open;
  // The number of the step is carried where no list of numbers is that long, and where nothing else is: core's loop has a state.
  const isCounter = (frame.isCounted() && steps === DYNAMIC) || open.states.length === 0;
  const states = isCounter
    ? [...open.states, { standIn: frame.variable(), init: scalar(0, 'int32'), next: add(frame.variable(), 1) }]
    : open.states;
  const roots = [...states.map(({ next }) => next), ...kept];
  const needed = new Set(topologicalOrder(roots));
  const counted = frame.isCounted() && !isCounter ? [{ entry: frame.variable(), all: iota(steps) }] : [];
  const used = [...open.scanned, ...frame.scanned(steps), ...counted].filter(({ entry }) => needed.has(entry));
  const scanned = used.length > 0 ? used : [anyStep(open, steps)];
  const list = (values: readonly Node[]): Readonly<Record<string, Node>> =>
    Object.fromEntries(values.map((value, i) => [`${i}`, value]));
  const { carry, ys } = scan(
    list(states.map(({ init }) => init)),
    list(scanned.map(({ all }) => all)),
    (before, entries) => {
      const given = new Map<Node, Node>([
        ...states.map(({ standIn }, i) => [standIn, before[i] as Node] as const),
        ...scanned.map(({ entry }, i) => [entry, entries[i] as Node] as const),
      ]);
      const values = substituted(roots, given);
      const after = values.slice(states.length).map((n) => cast(n, heldType(n.type.dtype)));
      return { carry: list(values.slice(0, states.length)), ...(kept.length > 0 && { y: list(after) }) };
    },
    { reverse },
  );
  return {
    last: open.states.map((_, i) => carry[i] as Node),
    each: kept.map(({ type: { dtype } }, i) => cast(ys?.[i] as Node, dtype)),
  };
}

/** What is scanned where a step looks at nothing: it says how many steps there are. */
function anyStep({ frame, scanned: [first] }: OpenStep, steps: number): Scanned {
  if (first !== undefined) return first;
  if (steps === DYNAMIC)
    throw dependsOnBatch('a loop', 'as many steps as the open axis has entries, none of which it looks at');
  return { entry: frame.standIn('int32', []), all: iota(steps) };
}

/** The type in which loops carry what is of `dtype`. */
export function heldType(dtype: DType): 'float32' | 'int32' {
  return dtype === 'float32' ? 'float32' : 'int32';
}
