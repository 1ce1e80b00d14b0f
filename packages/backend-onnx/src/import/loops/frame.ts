import { DYNAMIC, type LayerContext, type Node, type Shape } from '@descent/core';
import { topologicalOrder } from '@descent/core/backend';
import { constant, flip, gather, input, slice, transpose } from '@descent/core/ops';
import { dependsOnBatch } from '../known.ts';
import { type Course, type Line, type Pair, pairOfSize } from './stepwise.ts';

type Draw = LayerContext['random'];

/** A loop whose step is being built: what stands for values that change from step to step. */
export interface Frame extends Course {
  /** Of loops inside of loops. */
  readonly depth: number;
  /** Stands for a state, or for the entry of a tensor. */
  standIn(dtype: Node['type']['dtype'], shape: Shape): Node;
  /** Random numbers that differ from step to step. */
  readonly random: Draw;
  readonly entry: NonNullable<Course['entry']>;
  /** What was asked for while the step was built, once it is known how many steps there are. */
  scanned(steps: number): readonly Scanned[];
  /** The largest number, or the least, that a counting number has as a tensor in one of `steps` steps, where 32 bits do not hold it. */
  tooLarge(steps: number): number | undefined;
  /** The first of `steps` steps that takes an entry that a tensor does not have. */
  firstBeyond(steps: number): number | undefined;
  /** Whether somebody looks at the number of the step. */
  isCounted(): boolean;
}

/** A tensor with an entry for each step, and what stands for one entry. */
export interface Scanned {
  readonly entry: Node;
  readonly all: Node;
}

const MOST_COUNTED = 2 ** 31 - 1;

/** At which depth stand-ins are. */
const depths = new WeakMap<Node, number>();

/**
 * A loop inside of `around` others. `random` draws outside of it. In a loop that `endsEarly` places may be named that its last step does not come to: they
 * are brought into the tensor.
 */
export function newFrame(around: number, random: Draw, endsEarly: boolean): Frame {
  const depth = around + 1;
  const asked: { readonly entry: Node; readonly make: (steps: number) => Node }[] = [];
  const taken: { readonly size: number; readonly line: Line }[] = [];
  const entries = new Map<string, Node>();
  const ids = new Map<Node, number>();
  const lifted: Line[] = [];
  let counter: Node | undefined;
  const standIn = (dtype: Node['type']['dtype'], shape: Shape): Node => {
    const n = input(`step/${depth}`, shape, dtype);
    depths.set(n, depth);
    return n;
  };
  const frame: Frame = {
    depth,
    standIn,
    variable: () => (counter ??= standIn('int32', [])),
    isCounted: () => counter !== undefined,
    random(distribution, shape) {
      const drawn = random(distribution, shape);
      const entry = standIn(drawn.type.dtype, shape);
      // The draw itself is not used: there is one for each step, of another shape.
      asked.push({ entry, make: (steps) => random(distribution, [steps, ...shape]) });
      return entry;
    },
    entry(x, axis, line) {
      if (line.course !== frame || changesIn(x, depth)) return undefined;
      if (!ids.has(x)) ids.set(x, ids.size);
      const key = [ids.get(x), axis, ...line.base, ...line.step].join();
      const before = entries.get(key);
      if (before !== undefined) return before;
      const entry = standIn(
        x.type.dtype,
        x.type.shape.filter((_, i) => i !== axis),
      );
      asked.push({ entry, make: (steps) => entriesOf(x, axis, line, steps, endsEarly) });
      taken.push({ size: x.type.shape[axis] as number, line });
      entries.set(key, entry);
      return entry;
    },
    firstBeyond(steps) {
      const all = taken.map(({ size, line: { base, step } }) =>
        Array.from({ length: steps }, (_, t) => base[0] + step[0] * t).findIndex((at) => at < -size || at >= size),
      );
      const found = all.filter((t) => t >= 0);
      return found.length === 0 ? undefined : Math.min(...found);
    },
    lifted: (line) => void lifted.push(line),
    tooLarge: (steps) =>
      lifted
        .map(({ base, step }) => base[0] + step[0] * (steps - 1))
        .find((last) => last > MOST_COUNTED || last < -MOST_COUNTED - 1),
    scanned: (steps) => asked.map(({ entry, make }) => ({ entry, all: make(steps) })),
  };
  return frame;
}

/** Whether `x` is another in each step of a loop at `depth`, or of one inside of it. */
function changesIn(x: Node, depth: number): boolean {
  return topologicalOrder([x]).some((n) => (depths.get(n) ?? 0) >= depth);
}

/** `x` with `axis` in front. */
export function toFront(x: Node, axis: number): Node {
  if (axis === 0) return x;
  const rest = x.type.shape.flatMap((_, i) => (i === axis ? [] : [i]));
  return transpose(x, [axis, ...rest]);
}

/** `x` with its first axis at `axis`. */
export function fromFront(x: Node, axis: number): Node {
  if (axis === 0) return x;
  const order = x.type.shape.map((_, i) => (i < axis ? i + 1 : i === axis ? 0 : i));
  return transpose(x, order);
}

/** The entries of `x` along `axis` that `line` names in each of `steps` steps, one behind the other. */
function entriesOf(x: Node, axis: number, { base, step }: Line, steps: number, endsEarly: boolean): Node {
  const size = x.type.shape[axis] as number;
  const front = toFront(x, axis);
  const [sizes, counts] = [pairOfSize(size), pairOfSize(steps)];
  const isAll = sizes.every((d, i) => d === counts[i]);
  const startsAt = (pair: Pair): boolean => base.every((b, i) => b === pair[i]);
  const goes = (by: number): boolean => step.every((k) => k === by);
  if (isAll && goes(1) && startsAt([0, 0])) return front;
  if (isAll && goes(-1) && (startsAt([-1, -1]) || startsAt([sizes[0] - 1, sizes[1] - 1]))) return flip(front, [0]);
  if (size === DYNAMIC || steps === DYNAMIC || base[0] !== base[1] || step[0] !== step[1]) {
    throw dependsOnBatch('a loop', `entries ${base[0]}, ${base[0] + step[0]}, … of an axis of any size`);
  }
  const places = Array.from({ length: steps }, (_, t) => {
    const at = base[0] + step[0] * t;
    const inside = endsEarly ? Math.min(Math.max(at, -size), size - 1) : at;
    return inside < 0 ? inside + size : inside;
  });
  const odd = places.find((at) => !(at >= 0 && at < size));
  if (odd !== undefined) throw new RangeError(`a loop of ${steps} steps takes entry ${odd} of ${size}`);
  if (step[0] === 1 && places.every((at, i) => at === (places[0] as number) + i)) {
    return slice(front, { axis: 0, start: places[0] as number, end: (places[0] as number) + steps });
  }
  return gather(front, constant({ dtype: 'int32', shape: [steps], data: Int32Array.from(places) }), 0);
}
