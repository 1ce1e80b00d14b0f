import type { Call } from '../../state/experiment.ts';
import { describedOptimizer, withRate as withOwnRate } from '../build/optimizer-call.ts';

/** Optimizers whose update the page says in words. */
const OPTIMIZER_NAMES = ['sgd', 'adam', 'adamW'] as const;
type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

/** An optimizer that is said by its rate and its momentum. */
interface PlainOptimizer {
  readonly name: OptimizerName;
  readonly lr: number;
  /** Of `sgd`. */
  readonly momentum: number;
}

/** What `adam` and `adamW` take when the call says nothing. */
const ADAM_RATE = 0.001;

/** What the call says; `null` for one that says more. */
export function readOptimizer(call: Call): PlainOptimizer | null {
  const [given, options = {}, ...rest] = typeof call === 'string' ? [call] : call;
  const name = OPTIMIZER_NAMES.find((known) => known === given);
  if (name === undefined || rest.length > 0 || typeof options !== 'object' || options === null) return null;
  const { lr = name === 'sgd' ? undefined : ADAM_RATE, momentum = 0, ...more } = options as Record<string, unknown>;
  const isKnown = typeof lr === 'number' && typeof momentum === 'number' && Object.keys(more).length === 0;
  return isKnown ? { name, lr, momentum } : null;
}

/**
 * The same call with another learning rate, that of an optimizer inside it too; where a schedule says the rate, it begins with this one. `null` for an
 * optimizer that the page does not know.
 */
export function withRate(call: Call, lr: number): Call | null {
  const [name, ...args] = typeof call === 'string' ? [call] : call;
  const last = args.at(-1);
  if (Array.isArray(last) && typeof last[0] === 'string') {
    const inner = withRate(last as unknown as Call, lr);
    return inner === null ? null : [name, ...args.slice(0, -1), inner];
  }
  return describedOptimizer(call) === undefined ? null : withOwnRate(call, lr);
}
