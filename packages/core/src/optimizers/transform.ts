import type { Node } from '../ir/node.ts';
import type { Shape } from '../ir/shape.ts';
import { expectKind, expectOptions } from '../options.ts';

/** One node for each trained parameter, by the parameter's name. */
export type NodeTree = ReadonlyMap<string, Node>;

/** A parameter that is trained. */
export interface TrainedParameter {
  readonly name: string;
  readonly shape: Shape;
}

/** What a transform may use besides the gradients. */
export interface UpdateContext {
  /** The parameters before the update. */
  readonly parameters: NodeTree;
  /** What the loss of this step is the mean of, such as the number of samples; rank 0. */
  readonly weight: Node;
  /** The learning rate of the parameter `name`, of its group if it has one; rank 0. */
  rate(name: string): Node;
  /** A slot of the parameter `name` before the update. */
  slot(slot: string, name: string): Node;
  /** A number of this step, computed by `scalars` on the host. */
  scalar(name: string): Node;
  /** One of the transform's `numbers` before the update. */
  number(name: string): Node;
}

export interface Update {
  /** What `lr` times is subtracted from the parameters. */
  readonly directions: NodeTree;
  /** New values of the slots: by slot, then by parameter. */
  readonly slots: Readonly<Record<string, NodeTree>>;
  /** New values of the numbers. */
  readonly numbers?: Readonly<Record<string, Node>>;
}

/** One stage of an optimizer: turns the gradients into better directions, keeping slots of its own for each parameter. */
export interface GradientTransform {
  /** Names of the slots, all zero at the start. */
  readonly slots: readonly string[];
  /** The shape of a slot, or `null` for a parameter that has none of this name. Default: that of the parameter. */
  readonly slotShape?: (slot: string, parameter: TrainedParameter) => Shape | null;
  /** Names of numbers that are kept once for all parameters, 0 at the start. Default none. */
  readonly numbers?: readonly string[];
  /**
   * Numbers that depend on the step only (1 for the first). They are computed on the host in double precision and fed, so that
   * `1 − 0.999^t` keeps its digits.
   */
  scalars(step: number): Readonly<Record<string, number>>;
  update(directions: NodeTree, context: UpdateContext): Update;
  /** Slots that cannot be NaN or infinite where the directions are finite, so that a trainer need not look at them. Default none. */
  readonly shown?: readonly string[];
  /** Whether a direction that is not finite never becomes finite again. Default false. */
  readonly propagates?: boolean;
  /** Whether it uses the weight of the loss, and so takes the loss for a mean over one thing. Default false. */
  readonly weighs?: boolean;
}

/** What `perParameter` shows of one parameter. */
export interface ParameterContext {
  readonly name: string;
  readonly parameter: Node;
  /** Its learning rate; rank 0. */
  readonly rate: Node;
  slot(name: string): Node;
  scalar(name: string): Node;
}

/** A direction and the new values of the slots of one parameter. */
export interface ParameterUpdate {
  readonly direction: Node;
  readonly slots?: Readonly<Record<string, Node>>;
}

export interface PerParameterOptions extends Pick<GradientTransform, 'shown' | 'propagates' | 'slotShape'> {
  readonly slots?: readonly string[];
  readonly scalars?: (step: number) => Readonly<Record<string, number>>;
}

/** A transform that treats each parameter by itself, as most do. */
export function perParameter(
  update: (direction: Node, context: ParameterContext) => ParameterUpdate,
  options: PerParameterOptions = {},
): GradientTransform {
  expectKind('perParameter', update, 'function', '(direction) => ({ direction })');
  expectOptions('perParameter', options, ['slots', 'slotShape', 'scalars', 'shown', 'propagates']);
  const { slots = [], slotShape, scalars = () => ({}), shown = [], propagates = false } = options;
  return {
    slots,
    ...(slotShape !== undefined && { slotShape }),
    scalars,
    shown,
    propagates,
    update(directions, { parameters, rate, slot, scalar }) {
      const updates = new Map(
        [...directions].map(([name, direction]) => {
          const context: ParameterContext = {
            name,
            parameter: parameters.get(name) as Node,
            get rate() {
              return rate(name);
            },
            slot: (s) => slot(s, name),
            scalar,
          };
          return [name, update(direction, context)] as const;
        }),
      );
      const part = (of: (u: ParameterUpdate) => Node | undefined): NodeTree =>
        new Map([...updates].flatMap(([name, u]) => [[name, of(u)] as const].filter(isThere)));
      return {
        directions: part((u) => u.direction),
        slots: Object.fromEntries(slots.map((s) => [s, part((u) => u.slots?.[s])])),
      };
    },
  };
}

function isThere(entry: readonly [string, Node | undefined]): entry is readonly [string, Node] {
  return entry[1] !== undefined;
}

/** The shape of a slot of a parameter, or `null` where it has none. */
export function slotShape(transform: GradientTransform, slot: string, parameter: TrainedParameter): Shape | null {
  return transform.slotShape === undefined ? parameter.shape : transform.slotShape(slot, parameter);
}
