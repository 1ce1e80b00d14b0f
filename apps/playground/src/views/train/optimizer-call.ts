import type { Call } from '../../state/experiment.ts';

/** Optimizers that the page has fields for. */
export const OPTIMIZER_NAMES = ['sgd', 'adam', 'adamW'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

/** An optimizer in fields. */
export interface OptimizerFields {
  readonly name: OptimizerName;
  readonly lr: number;
  /** Of `sgd`. */
  readonly momentum: number;
}

/** What `adam` and `adamW` take when the call says nothing. */
const ADAM_RATE = 0.001;
/** A common rate for each, when another optimizer is chosen. */
const FIRST_RATES: Readonly<Record<OptimizerName, number>> = { sgd: 0.1, adam: ADAM_RATE, adamW: ADAM_RATE };

/** The call in fields; `null` for one that says more than the fields can. */
export function readOptimizer(call: Call): OptimizerFields | null {
  const [given, options = {}, ...rest] = typeof call === 'string' ? [call] : call;
  const name = OPTIMIZER_NAMES.find((known) => known === given);
  if (name === undefined || rest.length > 0 || typeof options !== 'object' || options === null) return null;
  const { lr = name === 'sgd' ? undefined : ADAM_RATE, momentum = 0, ...more } = options as Record<string, unknown>;
  const isKnown = typeof lr === 'number' && typeof momentum === 'number' && Object.keys(more).length === 0;
  return isKnown ? { name, lr, momentum } : null;
}

export function writeOptimizer({ name, lr, momentum }: OptimizerFields): Call {
  return [name, name === 'sgd' && momentum > 0 ? { lr, momentum } : { lr }];
}

/** Another optimizer with a rate that suits it. */
export function chosenOptimizer(name: OptimizerName): Call {
  return writeOptimizer({ name, lr: FIRST_RATES[name], momentum: 0 });
}

/** The same call with another learning rate; `null` where it has no place for one. */
export function withRate(call: Call, lr: number): Call | null {
  if (typeof call === 'string') return [call, { lr }];
  const [name, ...args] = call;
  const last = args.at(-1);
  if (Array.isArray(last) && typeof last[0] === 'string') {
    const inner = withRate(last as unknown as Call, lr);
    return inner === null ? null : [name, ...args.slice(0, -1), inner];
  }
  if (typeof last === 'object' && last !== null && !Array.isArray(last))
    return [name, ...args.slice(0, -1), { ...last, lr }];
  return args.length === 0 ? [name, { lr }] : null;
}
