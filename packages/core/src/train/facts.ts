import type { Backend } from '../backend/contract.ts';
import { type Constant, constantLoss } from '../diagnose/constant-loss.ts';
import type { ChangeFacts, DataFacts, EpochFacts, LayerFacts, RecipeFacts, RunFacts } from '../diagnose/facts.ts';
import { inspect, type LayerReport, statistics } from '../diagnose/inspect.ts';
import { outputRange } from '../diagnose/output-range.ts';
import { isFloat } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { numel } from '../ir/shape.ts';
import { initParameters, type Parameters } from '../model/parameters.ts';
import { learningRate, type Optimizer } from '../optimizers/optimizer.ts';
import { takeRows } from './arrays.ts';
import { frozenBy } from './frozen.ts';
import type { ObservedSource } from './observed.ts';
import { type SeenData, seenData, spread } from './seen-data.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';

/** What was noted while a run went on. */
export interface RunNotes {
  readonly history: readonly EpochFacts[];
  readonly stepsPerEpoch: number;
  /** The loss before the first update, unless the run was resumed. */
  readonly firstLoss: number | null;
  readonly train: ObservedSource;
  /** Of the data that are evaluated, if any. */
  readonly heldOut: ObservedSource | null;
}

/** Larger networks are not looked into: copying their parameters takes too long. */
const MOST_PARAMETERS = 2e7;
const INSPECTED_ROWS = 128;
const INSPECTED_ELEMENTS = 2e5;

/** Everything about a run that the rules of the diagnosis look at. What cannot be found out is left out, since it must not end the run. */
export async function runFacts(trainer: Trainer, notes: RunNotes): Promise<RunFacts> {
  const { history, firstLoss } = notes;
  const train = seenData(notes.train);
  const heldOut = notes.heldOut && seenData(notes.heldOut);
  const steps = {
    count: trainer.stepCount,
    perEpoch: notes.stepsPerEpoch,
    ...(firstLoss !== null && { firstLoss }),
  };
  const data = {
    ...(train !== null && { train: dataFacts(train) }),
    ...(heldOut !== null && { heldOut: dataFacts(heldOut) }),
  };
  const { options } = trainer as Partial<Trainer>;
  if (options === undefined) return { history, steps, ...data };
  const recipe = recipeFacts(options, trainer.stepCount, train);
  if (train === null || history.length === 0) return { history, steps, ...data, recipe };
  const found = await Promise.all([
    orNothing(constantLossOf(options, train)),
    orNothing(probe(trainer, options, train)),
  ]);
  return { history, steps, ...data, recipe, ...found[0], ...found[1] };
}

/** A probe that fails, say for lack of memory, costs the facts that it would have found. */
function orNothing<T extends object>(facts: Promise<T>): Promise<T | Record<string, never>> {
  return facts.catch(() => ({}));
}

async function probe(
  trainer: Trainer,
  options: TrainerOptions,
  { x, y }: SeenData,
): Promise<Pick<RunFacts, 'layers' | 'change'>> {
  const { model, loss, backend } = options;
  if (model.parameters.reduce((n, p) => n + numel(p.shape), 0) > MOST_PARAMETERS) return {};
  const parameters = await trainer.parameters();
  const count = Math.max(8, Math.floor(INSPECTED_ELEMENTS / numel(x.shape.slice(1))));
  const rows = spread(x.shape[0] as number, Math.min(INSPECTED_ROWS, count));
  // The targets of data in memory are there in full, the samples only in part.
  const targetRows = spread(y.shape[0] as number, x.shape[0] as number);
  const targets = takeRows(
    y,
    rows.map((row) => targetRows[row] as number),
  );
  const reports = await inspect({ model, parameters, loss, backend, x: takeRows(x, rows), y: targets });
  return {
    layers: reports.map((report) => layerFacts(report, parameters)),
    change: changeFacts(options, parameters),
  };
}

async function constantLossOf(
  { model, loss, backend }: { readonly backend: Backend } & Constant,
  { x, y }: Pick<SeenData, 'x' | 'y'>,
): Promise<Pick<RunFacts, 'constantLoss'>> {
  const found = await constantLoss({ model, loss, backend, x, y: takeRows(y, spread(y.shape[0] as number, 1000)) });
  return found === null ? {} : { constantLoss: found };
}

function dataFacts({ samples, batchSize, x, y, batches }: SeenData): DataFacts {
  const purity = batches.map(purityOf).filter((share) => share !== null);
  return {
    samples,
    batchSize,
    x: range(x),
    ...(isFloat(y.dtype) ? { targets: range(y) } : { classes: Object.fromEntries(countsOf(y)) }),
    ...(purity.length > 0 && { batchPurity: purity.reduce((a, b) => a + b, 0) / purity.length }),
  };
}

function range(array: NDArray): DataFacts['x'] {
  const { mean, std, min, max } = statistics(array);
  return { mean, std, min, max };
}

function countsOf({ data }: NDArray): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const label of data) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** Share of the most frequent class, or `null` where there are none or too few samples to say. */
function purityOf(y: NDArray): number | null {
  if (isFloat(y.dtype) || y.shape.length !== 1 || y.data.length < 8) return null;
  return Math.max(...countsOf(y).values()) / y.data.length;
}

function recipeFacts(options: TrainerOptions, steps: number, train: SeenData | null): RecipeFacts {
  const { model, loss, optimizer } = options;
  const isFrozen = frozenBy(options);
  const range = train === null ? null : outputRange(model, train.x);
  return {
    loss: loss.label,
    ...(loss.output !== undefined && { takes: loss.output }),
    optimizer: optimizer.label,
    trained: model.parameters.filter(({ name, trainable }) => trainable !== false && !isFrozen(name)).length,
    lr: rates(optimizer, steps),
    ...(range === 'any' && { endsLinear: true }),
    ...(range != null && range !== 'any' && { outputRange: range }),
  };
}

function rates(optimizer: Optimizer, steps: number): RecipeFacts['lr'] {
  const at = [...spread(Math.max(1, steps), 100)].map((step) => learningRate(optimizer, step + 1));
  return {
    first: at[0] as number,
    last: learningRate(optimizer, Math.max(1, steps)),
    highest: Math.max(...at),
  };
}

function layerFacts({ path, label, output, dead, units, gradients }: LayerReport, parameters: Parameters): LayerFacts {
  const { mean, std, min, max } = output;
  const weight = parameters[path === '' ? 'weight' : `${path}.weight`];
  const gradient = gradients['weight'];
  const size = weight === undefined ? null : statistics(weight);
  return {
    path,
    label,
    output: { mean, std, min, max },
    dead,
    units,
    ...(weight !== undefined &&
      size !== null &&
      gradient !== undefined && {
        weight: {
          gradient: Math.hypot(gradient.mean, gradient.std),
          size: Math.hypot(size.mean, size.std),
          identical: hasIdenticalRows(weight),
        },
      }),
  };
}

function hasIdenticalRows({ shape, data }: NDArray): boolean {
  const rows = shape[0] ?? 0;
  const size = numel(shape.slice(1));
  if (shape.length < 2 || rows < 2) return false;
  for (let i = size; i < data.length; i++) if (data[i] !== data[i - size]) return false;
  return true;
}

function changeFacts({ model, seed = 0, parameters: given }: TrainerOptions, parameters: Parameters): ChangeFacts {
  const first = given ?? initParameters(model, seed);
  let [before, after, moved] = [0, 0, 0];
  for (const { name, trainable } of model.parameters) {
    if (trainable === false) continue;
    const [a, b] = [(first[name] as NDArray).data, (parameters[name] as NDArray).data];
    for (let i = 0; i < a.length; i++) {
      const [p, q] = [a[i] as number, b[i] as number];
      before += p * p;
      after += q * q;
      moved += (q - p) * (q - p);
    }
  }
  return {
    moved: Math.sqrt(moved / before),
    grown: Math.sqrt(after / before),
  };
}
