export { bernoulli } from './bernoulli.ts';
export { bits } from './bits.ts';
export { permutation, randint } from './integers.ts';
export { fold, type Key, key, split } from './key.ts';
export { normal } from './normal.ts';
export { threefry2x32 } from './threefry.ts';
export { uniform } from './uniform.ts';
