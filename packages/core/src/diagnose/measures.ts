import type { EpochFacts, EpochMetrics, LayerFacts, RunFacts } from './facts.ts';

/** What several rules ask of a run, worked out once. `null` is unknown. */
export interface Measures {
  readonly first: EpochFacts;
  readonly last: EpochFacts;
  /** Training losses by epoch. */
  readonly losses: readonly number[];
  readonly lowestLoss: number;
  /** What a network without knowledge has: the loss of the best constant, or the one before the first update. */
  readonly baseline: number | null;
  /** The training loss from which a run began: the one before the first update, at least that of a constant. */
  readonly start: number | null;
  /** Share of the baseline that training has taken away, by the better of training and held-out loss: 0 is nothing, 1 is all. */
  readonly explained: number | null;
  readonly accuracy: { readonly train: number | null; readonly heldOut: number | null };
  /** Accuracy of always naming the most frequent class. */
  readonly chance: number | null;
  /** Whether the numbers at the end are far from what a network that fits its training data has. */
  readonly isPoor: boolean;
  /** Share of all progress that the last third of the epochs made; under three epochs `null`. */
  readonly lateProgress: number | null;
}

/** Training accuracy, and share of the baseline explained, from which a network fits its training data. */
const GOOD_ACCURACY = 0.9;
const GOOD_SHARE = 0.75;

export function measures(facts: RunFacts): Measures | null {
  const { history, steps } = facts;
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined) return null;
  const losses = history.map(({ train }) => train.loss);
  const firstLoss = steps?.firstLoss ?? null;
  const baseline = positive(facts.constantLoss) ?? positive(firstLoss);
  const held = heldOutOf(last);
  const accuracy = { train: last.train['accuracy'] ?? null, heldOut: held?.['accuracy'] ?? null };
  const explained = baseline === null ? null : 1 - Math.min(last.train.loss, held?.loss ?? Infinity) / baseline;
  const best = accuracy.train === null ? null : Math.max(accuracy.train, accuracy.heldOut ?? 0);
  return {
    first,
    last,
    losses,
    lowestLoss: Math.min(...losses),
    baseline,
    start: baseline === null ? null : Math.max(baseline, firstLoss ?? 0),
    explained,
    accuracy,
    chance: chanceOf(facts),
    isPoor: best !== null ? best < GOOD_ACCURACY : explained !== null && explained < GOOD_SHARE,
    lateProgress: lateProgress(losses, firstLoss),
  };
}

/** The validation set, or the test set when there is none. */
export function heldOutOf({ validation, test }: EpochFacts): EpochMetrics | null {
  return validation ?? test;
}

function positive(value: number | null | undefined): number | null {
  return value != null && value > 0 && Number.isFinite(value) ? value : null;
}

function chanceOf({ train }: RunFacts): number | null {
  const counts = Object.values(train?.classes ?? {});
  if (counts.length === 0) return null;
  return Math.max(...counts) / counts.reduce((a, b) => a + b, 0);
}

function lateProgress(losses: readonly number[], firstLoss: number | null): number | null {
  if (losses.length < 3) return null;
  const third = Math.max(1, Math.floor(losses.length / 3));
  const [start, end] = [Math.max(firstLoss ?? 0, losses[0] as number), losses.at(-1) as number];
  const before = losses.at(-1 - third) as number;
  return start > end ? (before - end) / (start - end) : 0;
}

export function weightedLayers({ layers = [] }: RunFacts): readonly LayerFacts[] {
  return layers.filter(({ weight }) => weight !== undefined);
}

/** A hidden layer of one to three units, through which little can pass. */
export function narrowLayer(facts: RunFacts): LayerFacts | null {
  const weighted = weightedLayers(facts);
  const outputs = weighted.at(-1)?.units ?? 0;
  return weighted.slice(0, -1).find(({ units }) => units <= 3 && units < Math.max(outputs, 4)) ?? null;
}

/** Whether the network is known to be nothing but linear layers. */
export function isLinear({ layers = [] }: RunFacts): boolean {
  return (
    layers.length > 0 &&
    layers.every(({ label }) => /^(linear|conv|avgPool|flatten|rescale|normalize|dropout)/.test(label))
  );
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** A number for people: four digits, without exponent where it is short. */
export function short(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential(1) : String(Number(value.toPrecision(4)));
}
