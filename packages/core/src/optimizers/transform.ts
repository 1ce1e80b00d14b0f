import type { Node } from '../ir/node.ts';

/** What a transform sees of one parameter while it builds the update. */
export interface UpdateContext {
  /** The parameter before the update. */
  readonly parameter: Node;
  /** A slot of this parameter before the update, of the parameter's shape. */
  slot(name: string): Node;
  /** A number of this step, computed by `scalars` on the host. */
  scalar(name: string): Node;
}

export interface Update {
  /** What `lr` times is subtracted from the parameter. */
  readonly direction: Node;
  /** New values of the slots. */
  readonly slots: Readonly<Record<string, Node>>;
}

/** One stage of an optimizer: turns a gradient into a better direction, keeping slots of its own for each parameter. */
export interface Transform {
  /** Names of the slots, all zero at the start. */
  readonly slots: readonly string[];
  /**
   * Numbers that depend on the step only (1 for the first). They are computed on the host in double precision and fed, so that
   * `1 − 0.999^t` keeps its digits.
   */
  scalars(step: number): Readonly<Record<string, number>>;
  update(direction: Node, context: UpdateContext): Update;
}

const NONE: Readonly<Record<string, number>> = {};

/** A transform without slots or scalars. */
export function stateless(update: (direction: Node, parameter: Node) => Node): Transform {
  return {
    slots: [],
    scalars: () => NONE,
    update: (g, { parameter }) => ({ direction: update(g, parameter), slots: {} }),
  };
}

/** Applies transforms one after the other. */
export function chain(...transforms: readonly Transform[]): Transform {
  return {
    slots: transforms.flatMap((t) => t.slots),
    scalars: (step) => Object.assign({}, ...transforms.map((t) => t.scalars(step))),
    update(gradient, context) {
      let direction = gradient;
      const slots: Record<string, Node> = {};
      for (const t of transforms) {
        const next = t.update(direction, context);
        direction = next.direction;
        Object.assign(slots, next.slots);
      }
      return { direction, slots };
    },
  };
}
