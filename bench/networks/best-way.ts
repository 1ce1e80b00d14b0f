import { median, rotated } from '../lib/statistics.ts';
import { lossesNote, type Mode, measureTurn, stepTime } from '../lib/turns.ts';
import { climb } from './climb.ts';
import type { Runner } from './engines.ts';
import { AS_INSTALLED, describeWay, neighbours, type Possible, type Way } from './ways.ts';

/** One way that was tried. */
export interface Trial {
  readonly way: string;
  /** Its time in terms of the best before it; null when it could not be measured. */
  readonly ratio: number | null;
  readonly note: string;
}

export interface BestWay {
  readonly way: Way;
  readonly runner: Runner;
  readonly trials: readonly Trial[];
  readonly outOfTime: boolean;
}

export interface Search {
  /** Of PyTorch as installed; it goes on running. */
  readonly first: Runner;
  readonly start: (way: Way) => Promise<Runner>;
  readonly possible: Possible;
  readonly mode: Mode;
  /** Nothing is started after so many seconds. */
  readonly budgetSeconds: number;
  readonly onTrial: (way: string) => void;
}

export const PER_ROUND = { stepsPerRound: 60, warmSteps: 1 } as const;
const ROUNDS = 5;
/** What is less of a gain is taken for noise. */
const GAIN = 0.98;

/** Finds the fastest way that PyTorch has for a network, by trying; the processes of those that lose have ended. */
export async function findBestWay({ first, start, possible, mode, budgetSeconds, onTrial }: Search): Promise<BestWay> {
  const end = performance.now() + budgetSeconds * 1000;
  const trials: Trial[] = [];
  let best = first;
  const isBetter = async (way: Way): Promise<boolean> => {
    const words = describeWay(way);
    onTrial(words);
    const candidate = await start(way).catch((error: Error) => error);
    if (candidate instanceof Error) {
      trials.push({ way: words, ratio: null, note: `fails: ${candidate.message.split('\n')[0]}` });
      return false;
    }
    const other = lossesNote(candidate.losses, first.losses);
    const ratio = other.length > 0 ? null : await compared(candidate, best, mode);
    trials.push({ way: words, ratio, note: other.join() });
    const won = ratio !== null && ratio < GAIN;
    const loser = won ? best : candidate;
    if (won) best = candidate;
    if (loser !== first) await loser.peer.end();
    return won;
  };
  const { best: way, outOfTime } = await climb(
    AS_INSTALLED,
    (one) => neighbours(one, possible),
    isBetter,
    () => performance.now() < end,
  );
  return { way, runner: best, trials, outOfTime };
}

/** The time of the first in terms of the second, measured in turns. */
async function compared(candidate: Runner, best: Runner, mode: Mode): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times = new Map<Runner, number>();
    for (const runner of rotated([candidate, best], round)) {
      times.set(runner, stepTime(await measureTurn(runner, mode, PER_ROUND), mode));
    }
    ratios.push((times.get(candidate) as number) / (times.get(best) as number));
  }
  return median(ratios);
}
