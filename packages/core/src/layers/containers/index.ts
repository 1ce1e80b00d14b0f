export { branches } from './branches.ts';
export { checkpoint } from './checkpoint.ts';
export { parallel } from './parallel.ts';
export { type ResidualOptions, residual } from './residual.ts';
export { type Chained, sequential } from './sequential.ts';
