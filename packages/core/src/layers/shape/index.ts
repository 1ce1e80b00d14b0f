export { type ConcatOptions, concat } from './concat.ts';
export { flatten } from './flatten.ts';
