import type { ArgumentKind } from '@descent/cli/config';
import type { Call } from '../../../state/experiment.ts';
import { layerCall, nameOf } from '../../build/arguments.ts';

/** A network whose hidden layers have other widths. */
export interface Resized {
  readonly model: readonly Call[];
  /** Widths of the hidden layers, before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Kinds of arguments that say nothing of how many units or channels arrive, as long as they are no lists of one for each. */
const FREE: readonly ArgumentKind[] = [
  ...(['size', 'padding', 'number', 'numbers', 'positive', 'share', 'rate', 'whole', 'flag', 'choice'] as const),
];

/** Whether a layer takes any width and hands it on, as far as its arguments tell: an activation, pooling, dropout, flatten. */
function isKeeping(call: Call): boolean {
  const description = layerCall(nameOf(call));
  if (description === undefined || description.rest !== null) return false;
  const { args, options } = description;
  const given = typeof call === 'string' ? [] : call.slice(1);
  const isList = given.some((value, i) => Array.isArray(value) && !['size', 'padding'].includes(args[i]?.kind ?? ''));
  const isNested = [...args, ...options].some(({ kind }) => kind === 'layer' || kind === 'layers');
  return !isList && !isNested && args.every(({ kind, isOptional }) => isOptional || FREE.includes(kind));
}

/**
 * The network with `factor` times as many units or channels in each hidden layer, at least `least`. `null` where the page cannot tell what follows
 * from that, as with layers that hold others, or where nothing would change.
 */
export function resized(model: readonly Call[], factor: number, least = 1): Resized | null {
  const calls = model.map((call) => (typeof call === 'string' ? ([call] as const) : call));
  const last = calls.findLastIndex(([name]) => isWeighted(name));
  const before: number[] = [];
  const after: number[] = [];
  const made: Call[] = [];
  /** What the layer in front has been changed from and to. */
  let [old, now] = [1, 1];
  for (const [i, call] of calls.entries()) {
    const [name, ...args] = call;
    if (isWeighted(name)) {
      const [given, out, ...rest] = args as unknown as readonly [number, number, ...unknown[]];
      if (hasGroups(rest)) return null;
      const wide = i === last ? out : Math.max(least, Math.round(out * factor));
      if (i !== last) {
        before.push(out);
        after.push(wide);
      }
      made.push([name, (given / old) * now, wide, ...rest]);
      [old, now] = [out, wide];
    } else if (name === 'batchNorm2d') {
      const [channels, ...rest] = args as unknown as readonly [number, ...unknown[]];
      made.push([name, (channels / old) * now, ...rest]);
    } else if (isKeeping(model[i] as Call)) made.push(model[i] as Call);
    else return null;
  }
  return String(before) === String(after) ? null : { model: made, before, after };
}

function isWeighted(name: string): boolean {
  return name === 'linear' || name === 'conv2d';
}

function hasGroups(args: readonly unknown[]): boolean {
  const options = args.at(-1);
  return typeof options === 'object' && options !== null && 'groups' in options;
}
