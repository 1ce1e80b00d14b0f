export type { ReduceAttrs, ReduceOptions } from './_types.ts';
export { type ArgMaxAttrs, argMax, argMaxOp } from './arg-max.ts';
export { max, maxOp } from './max.ts';
export { mean, meanOp } from './mean.ts';
export { min, minOp } from './min.ts';
export { sum, sumOp } from './sum.ts';
export { sumTo } from './sum-to.ts';
