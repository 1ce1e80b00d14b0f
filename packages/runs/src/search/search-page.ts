import type { Environment } from '../report/environment.ts';

/** A parameter that was searched. */
export type SearchedParameter = { readonly name: string } & (
  | {
      readonly kind: 'range';
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      /** The only numbers that were tried, where these are a few. */
      readonly few?: readonly number[];
    }
  /** Values as people read them, in the order in which they were given. */
  | { readonly kind: 'choice'; readonly values: readonly string[] }
);

/** What came of some values. */
export interface SearchedTrial {
  readonly trial: number;
  /** By parameter, in the same order: a number of a range, the position of a choice. */
  readonly values: readonly number[];
  /** The number that is searched for; `null` where training came to none. */
  readonly value: number | null;
  readonly status: 'done' | 'diverged' | 'failed';
  readonly epochs: number;
  readonly seconds: number;
  /** Why there is no number, or training ended early. */
  readonly reason: string | null;
}

/** Everything that the page of a search shows. */
export interface SearchPage {
  readonly title: string;
  /** How values were chosen, in a few words. */
  readonly how: string;
  readonly metric: string;
  readonly mode: 'min' | 'max';
  readonly parameters: readonly SearchedParameter[];
  /** The best first. */
  readonly trials: readonly SearchedTrial[];
  /** How much each parameter mattered, by name; or why that cannot be said. */
  readonly importance:
    | { readonly shares: Readonly<Record<string, number>>; readonly r2: number; readonly trials: number }
    | { readonly reason: string };
  /** Where the best one is, such as `trials/3/run` and `best.json`. */
  readonly places: readonly (readonly [what: string, where: string])[];
  readonly environment: Environment;
}
