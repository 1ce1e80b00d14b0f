// What is said of things that cannot be used, in functions that wait for other things anyhow. Loaded when it is needed.
export { checkTargets } from './check-targets.ts';
export { noBatch, noBatches } from './expect-source.ts';
export { expectFitOptions, noTrainer } from './fit-options.ts';
export { targetError } from './target-error.ts';
