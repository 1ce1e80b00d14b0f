// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import type { Backend, BatchSource, Callback, Layer, Loss, Metric, Metrics, Trainer } from '../src/public/index.ts';
import {
  accuracy,
  createTrainer,
  earlyStopping,
  everySteps,
  fit,
  meanOf,
  metricAt,
  metricOn,
  sgd,
} from '../src/public/index.ts';
import { mean } from '../src/public/ops.ts';

declare const backend: Backend;
declare const model: Layer;
declare const loss: Loss;
declare const train: BatchSource;
declare const x: Parameters<Trainer['step']>[0];

const parts = { model, loss, optimizer: sgd({ lr: 0.1 }), backend };
const trainer = await createTrainer({ ...parts, metrics: [accuracy()] });

export const known: number = (await trainer.step(x, x)).accuracy + (await trainer.evaluate([])).loss;
// @ts-expect-error a misspelt metric
export const misspelt: number = (await trainer.step(x, x)).acuracy;
// @ts-expect-error in the mean of results, too
export const misspeltMean: number = meanOf([await trainer.step(x, x)]).acuracy;

const bare = await createTrainer(parts);
export const itsLoss: number = (await bare.step(x, x)).loss;
// @ts-expect-error a trainer without metrics has the loss alone
export const notThere: number = (await bare.step(x, x)).accuracy;

const own = await createTrainer({ ...parts, metrics: [accuracy(), { name: 'size', apply: (output) => mean(output) }] });
export const both: number = (await own.step(x, x)).size + (await own.step(x, x)).accuracy;
// @ts-expect-error a metric of one's own has its name
export const notOwn: number = (await own.step(x, x)).sizes;

// Names that are known only when the program runs.
declare const listed: readonly Metric[];
const loose = await createTrainer({ ...parts, metrics: listed });
export const anything: number | undefined = (await loose.step(x, x))['whatever'];

// A trainer is one of whatever metrics.
export const general: readonly Trainer[] = [trainer, bare, own, loose];
export const results: readonly Metrics[] = [await trainer.step(x, x), await bare.step(x, x)];

const options = { train, validation: train, epochs: 1 };
const { history } = await fit(trainer, {
  ...options,
  callbacks: [
    earlyStopping(),
    earlyStopping({ metric: 'validation.accuracy', patience: 2 }),
    everySteps(10, async ({ trainer: t }) => console.log(await t.evaluate([]))),
    { onEpoch: (record) => console.log(record.validation?.accuracy) },
  ],
  onEvent: (event) => console.log(event.type === 'step' ? event.metrics.accuracy : event.train.accuracy),
});
export const last: number | undefined = history.at(-1)?.validation?.accuracy;
// @ts-expect-error a misspelt metric in the history
export const misspeltLast: number | undefined = history.at(-1)?.validation?.acuracy;

// @ts-expect-error no metric of this name to stop by
await fit(trainer, { ...options, callbacks: [earlyStopping({ metric: 'validation.acuracy' })] });
// @ts-expect-error the trainer has no metrics
await fit(bare, { ...options, callbacks: [earlyStopping({ metric: 'validation.accuracy' })] });
// @ts-expect-error no data of this name
earlyStopping({ metric: 'valid.accuracy' });
// @ts-expect-error a misspelt metric in a callback
await fit(trainer, { ...options, callbacks: [{ onEpoch: (record) => console.log(record.train.acuracy) }] });
await fit(loose, { ...options, callbacks: [earlyStopping({ metric: 'validation.whatever' })] });

// What is put together before is asked when it runs.
const callbacks: Callback[] = [earlyStopping({ metric: 'validation.accuracy' })];
await fit(bare, { ...options, callbacks });

export const at: number[] = history.map((record) => metricAt(record, 'train.accuracy'));
// @ts-expect-error no number at this path
export const nowhere: number[] = history.map((record) => metricAt(record, 'train.acuracy'));

export const front: 'left_accuracy' = metricOn({ output: 'left', target: 'label' }, accuracy()).name;
export const renamed: 'hits' = metricOn({ output: 'left', name: 'hits' }, accuracy()).name;
export const same: 'accuracy' = metricOn({ target: 'label' }, accuracy()).name;

declare const console: { log(...values: readonly unknown[]): void };

const halves = await trainer.gradients(x, x);
export const knownInHalves: number = halves.metrics.accuracy + halves.weight;
// @ts-expect-error a misspelt metric
export const misspeltInHalves: number = halves.metrics.acuracy;
// @ts-expect-error gradients without what their loss is the mean of
export const weightless: Promise<void> = trainer.update({ gradients: halves.gradients, assigned: {} });
