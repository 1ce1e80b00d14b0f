import type { RunState } from '../runs/overview.ts';

/** How a run stands on the board. `starting`: a process has the folder, and has not written what it trains yet. */
export type BoardState = RunState | 'starting';

/** One number of a run, such as its validation loss; null for what is not finite, which JSON cannot hold. */
export interface BoardNumber {
  readonly last: number | null;
  /** The smallest or the largest so far; undefined where nothing says which of them is better, or none was finite. */
  readonly best?: number;
  /** The epoch of `best`. */
  readonly epoch?: number;
}

/** A run as a row of the table. */
export interface BoardRow {
  /** Stands for the run in addresses; a run that goes and comes back has another. */
  readonly key: number;
  /** Its path inside the folder, with `/`. */
  readonly name: string;
  readonly state: BoardState;
  /** Why it cannot be read, or what cannot be read of it. */
  readonly problem: string | null;
  readonly data: string;
  /** Layer by layer. */
  readonly network: string;
  readonly parameters: number | null;
  /** That have ended, and that were wanted. */
  readonly epochs: number;
  readonly wanted: number | null;
  /** By names such as `validation_loss`. */
  readonly numbers: Readonly<Record<string, BoardNumber>>;
  readonly seconds: number;
  /** ISO 8601. */
  readonly started: string | null;
  readonly hasReport: boolean;
  /** Whether its log is still being read. */
  readonly isReading: boolean;
  /** Another one whenever anything of the row or its curves changed. */
  readonly revision: number;
}

/** What the page is told: at first everything, then what changed. */
export interface BoardChange {
  /** Whether the folder is there. */
  readonly isThere: boolean;
  readonly rows: readonly BoardRow[];
  /** Keys of runs that are gone. */
  readonly gone: readonly number[];
}

/** What a curve can be drawn by. */
export type Along = 'epoch' | 'step' | 'seconds';

/** One number of a run by epoch, at most about a thousand points; entries at one index belong together. */
export interface BoardCurve extends Readonly<Record<Along, readonly number[]>> {
  /** Such as `validation_loss`. */
  readonly name: string;
  /** How many points of the whole curve came before. */
  readonly index: readonly number[];
  /** Null for what is not finite. */
  readonly values: readonly (number | null)[];
}

/** All curves of a run. */
export interface RunCurves {
  readonly key: number;
  readonly revision: number;
  readonly curves: readonly BoardCurve[];
}
