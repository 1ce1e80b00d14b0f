import {
  type Backend,
  createPredictor,
  DescentError,
  type EpochRecord,
  type Finding,
  formatShape,
  learningRate,
  type NDArray,
  type NDArrays,
  type Parameters,
  type SampleType,
  summarize,
  type Trainer,
} from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { drawModel } from '@descent/core/draw';
import { restoreNumbers } from '@descent/datasets';
import { writeAtomically } from '@descent/files';
import {
  type Evaluation,
  evaluateClasses,
  evaluateLabels,
  evaluateNumbers,
  type ReportInput,
  renderReport,
} from '@descent/runs';
import type { LoadedData, LoadedSet } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { shownName } from '../io.ts';
import { listCheckpoints, type RunFolder } from './folder.ts';
import { nextCommands } from './next-commands.ts';
import type { RunRecord } from './record.ts';
import { settingsOf } from './report-settings.ts';

export interface ReportJob {
  readonly config: LoadedConfig;
  readonly data: LoadedData;
  readonly inference: Backend;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly trainer: Trainer;
  readonly history: readonly EpochRecord[];
  readonly findings: readonly Finding[];
  readonly stopped: string | null;
  /** What the error that ended the run advises. */
  readonly remedy?: string | undefined;
}

/** Learning rates shown, at most. */
const RATES = 200;

/** Writes `report.html`. What is wrong with the report is told, but never ends a run. */
export async function writeReport(job: ReportJob): Promise<DescentError | null> {
  try {
    await writeAtomically(job.folder.reportPath, renderReport(await reportInput(job)));
    return null;
  } catch (error) {
    if (error instanceof DescentError) return error;
    throw error;
  }
}

async function reportInput(job: ReportJob): Promise<ReportInput> {
  const { config, record, history, stopped, folder, trainer } = job;
  const parameters = await trainer.parameters();
  const evaluation = record.status === 'finished' ? await evaluate(job, parameters) : null;
  const best = config.earlyStopping?.metric ?? config.checkpoints?.best;
  const mode = config.earlyStopping?.mode ?? config.checkpoints?.mode;
  const { seed, backend } = record.settings;
  const { cwd } = record.config;
  const isOver = isScheduleOver(config, trainer.stepCount);
  const checkpoints = await listCheckpoints(folder.checkpointsPath);
  return {
    title: folder.path.split(/[\\/]/).at(-1) ?? 'run',
    status: record.status,
    started: record.started,
    seconds: record.seconds,
    history,
    stopped,
    findings: job.findings,
    ...(best !== undefined && { best }),
    ...(mode !== undefined && { mode }),
    directions: trainer.directions,
    learningRate: rates(config, trainer.stepCount),
    isScheduleOver: isOver,
    ...(job.remedy !== undefined && { remedy: job.remedy }),
    ...(evaluation !== null && { evaluation }),
    summary: summarize(config.model, config.data.sample),
    picture: drawModel(config.model, { sample: config.data.sample }),
    datasets: record.data.map((set) => ({
      ...set,
      name: shownName(set.name, cwd),
      source: shownName(set.source, cwd),
      item: itemOf(job.data[set.role]),
    })),
    settings: settingsOf(config, record, trainer.stepCount),
    config: { file: record.config.file, text: config.source },
    environment: record.environment,
    backend: { name: backend },
    seed,
    checkpoints,
    next: nextCommands(job, checkpoints.length > 0),
  };
}

/** Held-out data where there are any. */
async function evaluate({ config, data, inference }: ReportJob, parameters: Parameters): Promise<Evaluation | null> {
  const set = data.test !== null ? 'test' : data.validation !== null ? 'validation' : 'train';
  const { sample } = config.data;
  const { x, y, classes, length } = data[set] as LoadedSet;
  // Charts of single samples are about one target.
  if (!isLeaf(y)) return null;
  const examples = { x, y, classes };
  const { model, loss } = config;
  const predictor = await createPredictor({
    model,
    parameters,
    // The compiler takes the network of a config for one of one array.
    sample: sample as SampleType,
    backend: inference,
    loss,
  });
  const ask = predictor.predict as (batch: NDArrays) => Promise<NDArray>;
  try {
    if (classes.length > 0) {
      const output = predictor.outputKind;
      if (y.dtype === 'float32' && y.shape.length === 2 && (output === 'logit' || output === 'probabilities'))
        return await evaluateLabels(ask, { x, y, labels: classes }, { set, output });
      // Charts of classes are about one class for each sample.
      if (y.shape.length !== 1) return null;
      // What is trained on labels by another loss than that of logits may still be the largest at the right class.
      return await evaluateClasses(ask, examples, {
        set,
        ignoreIndex: loss.ignoreIndex,
        ...(output !== 'values' && { output }),
      });
    }
    const units = data.table ?? data.windows;
    const columns = units?.target.kind === 'numbers' ? units.target.columns : [];
    // Numbers of several columns have no common error; those of a series are steps of one.
    if (y.dtype !== 'float32' || (y.data.length !== length && columns.length !== 1)) return null;
    const inUnits = (array: NDArray): NDArray => (units === undefined ? array : restoreNumbers(units, array));
    const predict = async (batch: NDArrays): Promise<NDArray> => inUnits(await ask(batch));
    const named = columns.length === 1 ? namedUnit(columns[0]?.name ?? '') : {};
    return await evaluateNumbers(predict, { x, y: inUnits(y) }, { set, ...named });
  } finally {
    predictor.dispose();
  }
}

/** `rent (€)` and `rent [€]` say what the numbers are measured in. */
function namedUnit(column: string): { readonly target: string; readonly unit?: string } {
  const [, target, round, square] = /^(.*\S)\s*(?:\(([^()]{1,12})\)|\[([^[\]]{1,12})\])$/.exec(column) ?? [];
  const unit = (round ?? square)?.trim();
  return target === undefined || !unit ? { target: column } : { target, unit };
}

function rates({ optimizer }: LoadedConfig, steps: number): readonly { readonly step: number; readonly lr: number }[] {
  const count = Math.min(RATES, steps);
  return Array.from({ length: count }, (_, i) => {
    const step = count === 1 ? 1 : 1 + Math.round((i * (steps - 1)) / (count - 1));
    return { step, lr: learningRate(optimizer, step) };
  });
}

/** Whether as many updates again would have less than a thousandth of the learning rate of those that were made. */
function isScheduleOver({ optimizer }: LoadedConfig, steps: number): boolean {
  if (typeof optimizer.lr === 'number' || steps === 0) return false;
  const most = (from: number): number =>
    Math.max(
      ...Array.from({ length: RATES }, (_, i) => learningRate(optimizer, from + Math.ceil((steps * (i + 1)) / RATES))),
    );
  return most(steps) < 1e-3 * most(0);
}

function itemOf(data: LoadedSet | null): string {
  if (data === null) return '';
  return leavesOf(data.x)
    .map(([name, { dtype, shape }]) => `${name === '' ? '' : `${name} `}${dtype} ${formatShape(shape.slice(1))}`)
    .join(', ');
}
