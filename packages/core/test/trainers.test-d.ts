// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import type { Backend, NDArray } from '../src/public/index.ts';
import { accuracy, adam, createTrainers, crossEntropy, layer, linear, lossOn } from '../src/public/index.ts';
import { gan } from './examples/gan.ts';

declare const backend: Backend;
declare const x: NDArray;

const { trainers, state, load } = await createTrainers({ trainers: gan, backend });

export const stepped: number = (await trainers.generator.step(x, x)).loss;
await trainers.discriminator.step({ real: x, noise: x }, { real: x, fake: x });
export const made: NDArray = (await trainers.generator.predict(x)).points;
await load(await state());
export const steps: number = (await state()).trainers.generator.step;

// @ts-expect-error the discriminator looks at real points, too
await trainers.discriminator.step({ noise: x }, { real: x, fake: x });
// @ts-expect-error and has a target for each
await trainers.discriminator.step({ real: x, noise: x }, x);
// @ts-expect-error there is no such trainer
export const misspelt = trainers.genrator;
// @ts-expect-error nor in the state
export const misspeltState = (await state()).trainers.genrator;

const single = { model: linear(2, 3), loss: crossEntropy(), optimizer: adam(), metrics: [accuracy()] };
const measured = await createTrainers({ trainers: { single }, backend });
export const known: number = (await measured.trainers.single.step(x, x)).accuracy;
// @ts-expect-error a misspelt metric
export const unknown: number = (await measured.trainers.single.step(x, x)).acuracy;

const two = layer('two', { a: linear(2, 3) }, (n, { a }) => ({ a: a(n), b: n }));
const part = { model: two, optimizer: adam(), loss: lossOn({ output: 'a' }, crossEntropy()) };
await createTrainers({ trainers: { two: part }, backend });
// @ts-expect-error a loss of one tensor, of a network that gives two
await createTrainers({ trainers: { two: { ...part, loss: crossEntropy() } }, backend });
// @ts-expect-error a loss of an output that there is not
await createTrainers({ trainers: { two: { ...part, loss: lossOn({ output: 'c' }, crossEntropy()) } }, backend });
// @ts-expect-error a metric of one tensor
await createTrainers({ trainers: { two: { ...part, metrics: [accuracy()] } }, backend });
// @ts-expect-error a trainer without an optimizer
await createTrainers({ trainers: { two: { model: linear(2, 3), loss: crossEntropy() } }, backend });
