import { type InLoop, orderOf, timesOf } from './in-loops.ts';
import type { ObservedOutput } from './observe-layers.ts';

/** Which output is the first that is not finite, and of one in a loop at which step: its number among all entries. */
export interface FirstBad {
  readonly at: number;
  readonly step: number | null;
}

/**
 * The first output that is not finite, in order of computation. In a loop that is the first at the earliest step: at later ones everything is. `isBad` says
 * whether anything of output `at` is not finite, of one step where a step is given.
 */
export function firstBad(
  observed: readonly ObservedOutput[],
  isBad: (at: number, step: number | null) => boolean,
): FirstBad | null {
  const first = observed.findIndex((_, at) => isBad(at, null));
  const loop = observed[first]?.inLoop;
  if (loop === undefined) return null;
  if (loop === null) return { at: first, step: null };
  let best: { readonly at: number; readonly step: number; readonly turn: number; readonly outer: number } | null = null;
  for (const [at, { inLoop }] of observed.entries()) {
    if (inLoop === null || inLoop.loops[0]?.attrs.body !== loop.loops[0]?.attrs.body || !isBad(at, null)) continue;
    const order = orderOf(inLoop);
    const turn = order.findIndex((step) => isBad(at, step));
    if (turn === -1) continue;
    const outer = Math.floor((turn / order.length) * (timesOf(inLoop)[0] as number));
    const isSooner =
      best === null ||
      outer < best.outer ||
      (outer === best.outer && sameLoop(observed[best.at], inLoop) && turn < best.turn);
    if (isSooner) best = { at, step: order[turn] as number, turn, outer };
  }
  return best ?? { at: first, step: null };
}

function sameLoop(of: ObservedOutput | undefined, { loops }: InLoop): boolean {
  return of?.inLoop?.loops.at(-1)?.attrs.body === loops.at(-1)?.attrs.body;
}

/** For people: `the output of layer cell linear(2 → 4), at step 7 of 20`. */
export function placeOf({ path, label, of, inLoop }: ObservedOutput, step: number | null): string {
  const layer = `layer ${path} ${label}`.trim();
  const what =
    of.startsWith('state') && inLoop !== null ? `the ${of} of ${layer}` : `the output of ${`${of} ${layer}`.trim()}`;
  return inLoop === null || step === null ? what : `${what}, at ${stepText(inLoop, step)}`;
}

function stepText(inLoop: InLoop, step: number): string {
  const parts: string[] = [];
  let rest = step;
  for (const time of [...timesOf(inLoop)].reverse()) {
    parts.unshift(`step ${(rest % time) + 1} of ${time}`);
    rest = Math.floor(rest / time);
  }
  return parts.join(', ');
}
