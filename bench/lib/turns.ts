import { idle, type StepsRequest, type Timing } from './clock.ts';
import type { Peer } from './processes.ts';

/** How steps are measured. Sustained load on two threads is throttled on shared machines, so that has pauses. */
export type Mode =
  | { readonly kind: 'cpu'; readonly threads: number }
  | { readonly kind: 'burst'; readonly threads: number; readonly workMs: number; readonly idleMs: number };

/** An engine that takes turns with others. */
export interface Turn {
  readonly peer: Peer;
  /** About what a step takes. */
  readonly stepMs: number;
}

/** Steps to settle before measuring. */
export const SETTLING_STEPS = 8;
/** Losses of the first steps that are compared between engines. */
export const COMPARED_STEPS = 3;
const LOSS_TOLERANCE = 1e-3;
/** No measurement of CPU time need be longer. */
const ROUND_MS = 400;

/** One turn: at most `stepsPerRound` steps, or a burst. */
export async function measureTurn(
  { peer, stepMs }: Turn,
  mode: Mode,
  { stepsPerRound, warmSteps }: { readonly stepsPerRound: number; readonly warmSteps: number },
): Promise<Timing> {
  const warm = stepMs > ROUND_MS / 4 ? 0 : warmSteps;
  const ask = (request: StepsRequest): Promise<Timing> => peer.ask<Timing>(request);
  if (mode.kind === 'cpu') {
    const steps = Math.max(1, Math.min(stepsPerRound, Math.floor(ROUND_MS / stepMs)));
    return ask({ do: 'steps', warm, steps });
  }
  await idle(mode.idleMs);
  return ask({ do: 'burst', warm, ms: mode.workMs });
}

/** ms a step, on the clock of the mode. */
export function stepTime({ cpuMs, wallMs, steps }: Timing, mode: Mode): number {
  return (mode.kind === 'cpu' ? cpuMs : wallMs) / steps;
}

/** Whether the first steps are the same work: all have a loss, and they agree. */
export function sameLosses(losses: readonly number[], expected: readonly number[] = []): boolean {
  return Array.from({ length: COMPARED_STEPS }, (_, i) => [losses[i], expected[i]] as const).every(
    ([a = Number.NaN, b = Number.NaN]) => Math.abs(a - b) <= LOSS_TOLERANCE * Math.abs(a),
  );
}

/** What a table says of an engine whose losses are not those of the first, else nothing. */
export function lossesNote(losses: readonly number[], expected: readonly number[] | undefined): readonly string[] {
  if (sameLosses(losses, expected)) return [];
  return [`OTHER LOSSES: ${losses.join(', ')}, not ${expected?.join(', ')}`];
}
