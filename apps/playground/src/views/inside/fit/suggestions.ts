import { gapOf } from '../../../diagnosis/gap.ts';
import type { EpochScores } from '../../../session/protocol.ts';
import type { Call, Experiment } from '../../../state/experiment.ts';
import { nameOf } from '../../build/arguments.ts';
import { GROUPS } from '../../build/layer-texts.ts';
import { resized } from './widths.ts';

/** Something to try: a change of the experiment, with what it changes from and to. */
export interface Suggestion {
  readonly name:
    | 'heldOut'
    | 'earlier'
    | 'dropout'
    | 'decay'
    | 'smaller'
    | 'moreData'
    | 'larger'
    | 'longer'
    | 'faster'
    | 'lessDropout';
  readonly from: string;
  readonly to: string;
  readonly change: Partial<Experiment>;
}

const DROPOUT = 0.3;
const DECAY = 0.001;
const HELD_OUT = 0.1;
const FACTOR = 2;
/** Points of a toy set where the experiment does not say. */
const TOY_SAMPLES = 300;
/** What stands between layers with weights; a softmax belongs to the end. */
const BENDS: readonly string[] = GROUPS.activation.filter((name) => !/softm(?:ax|in)/i.test(name));

/** What helps a network that has learned its training data by heart. */
export function againstOverfitting(experiment: Experiment, epochs: readonly EpochScores[]): readonly Suggestion[] {
  const { model, data, optimizer } = experiment;
  const lowest = gapOf(epochs)?.lowest.epoch;
  const smaller = resized(model, 1 / FACTOR, 2);
  const dropped = withDropout(model);
  const decay = numberOption(optimizer, 'weightDecay') ?? 0;
  const moreDecay = decay === 0 ? DECAY : 10 * decay;
  const samples = 'noise' in data || ('name' in data && data.name !== 'mnist-sample') ? data : null;
  const count = samples?.samples ?? TOY_SAMPLES;
  return [
    lowest === undefined || lowest >= experiment.epochs
      ? null
      : said('earlier', experiment.epochs, lowest, { epochs: lowest }),
    samples === null ? null : said('moreData', count, 4 * count, { data: { ...samples, samples: 4 * count } }),
    dropped === null ? null : said('dropout', '', DROPOUT, { model: dropped }),
    isPlain(optimizer)
      ? said('decay', decay, moreDecay, { optimizer: withOption(optimizer, 'weightDecay', moreDecay) })
      : null,
    smaller === null ? null : said('smaller', list(smaller.before), list(smaller.after), { model: smaller.model }),
  ].filter((one) => one !== null);
}

/** What helps a network that does not even fit its training data. */
export function againstUnderfitting({ model, epochs, optimizer }: Experiment): readonly Suggestion[] {
  const larger = resized(model, FACTOR);
  const lr = numberOption(optimizer, 'lr');
  const undropped = model.filter((call) => nameOf(call) !== 'dropout');
  return [
    said('longer', epochs, FACTOR * epochs, { epochs: FACTOR * epochs }),
    larger === null ? null : said('larger', list(larger.before), list(larger.after), { model: larger.model }),
    lr === null ? null : said('faster', lr, FACTOR * lr, { optimizer: withOption(optimizer, 'lr', FACTOR * lr) }),
    undropped.length === model.length ? null : said('lessDropout', '', '', { model: undropped }),
  ].filter((one) => one !== null);
}

/** What to do where nothing is held out. */
export function holdOut(): Suggestion {
  return said('heldOut', '', HELD_OUT, { validation: HELD_OUT });
}

function said(name: Suggestion['name'], from: unknown, to: unknown, change: Partial<Experiment>): Suggestion {
  return { name, from: String(from), to: String(to), change };
}

/** The network with dropout after each activation in front of a layer with weights; `null` where it has dropout, or no such place. */
function withDropout(model: readonly Call[]): readonly Call[] | null {
  if (model.some((call) => nameOf(call) === 'dropout')) return null;
  const isFollowed = (i: number): boolean => model.slice(i + 1).some((call) => nameOf(call) === 'linear');
  const made = model.flatMap((call, i): readonly Call[] =>
    BENDS.includes(nameOf(call)) && isFollowed(i) && isFlat(model, i) ? [call, ['dropout', DROPOUT]] : [call],
  );
  return made.length === model.length ? null : made;
}

/** Whether the last layer with weights in front is fully connected. */
function isFlat(model: readonly Call[], i: number): boolean {
  return nameOf(model.slice(0, i).findLast((call) => ['linear', 'conv2d'].includes(nameOf(call))) ?? '') === 'linear';
}

/** Whether its options are those of one of core's simple optimizers. */
function isPlain(optimizer: Call): boolean {
  return ['sgd', 'adam', 'adamW'].includes(nameOf(optimizer));
}

function numberOption(optimizer: Call, option: string): number | null {
  if (!isPlain(optimizer) || typeof optimizer === 'string') return null;
  const value = (optimizer[1] as Readonly<Record<string, unknown>> | undefined)?.[option];
  return typeof value === 'number' ? value : null;
}

function withOption(optimizer: Call, option: string, value: number): Call {
  const [name, options] = typeof optimizer === 'string' ? [optimizer, {}] : optimizer;
  return [name, { ...(options as object), [option]: value }];
}

function list(widths: readonly number[]): string {
  return widths.join(', ');
}
