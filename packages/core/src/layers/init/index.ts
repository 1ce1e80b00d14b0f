export { kaimingNormal, normalInit, xavierNormal } from './_gaussian.ts';
export { calculateGain, type Nonlinearity } from './calculate-gain.ts';
export { diracInit, identityInit } from './identity.ts';
export {
  constantInit,
  type Initializer,
  type KaimingOptions,
  kaimingUniform,
  onesInit,
  uniformInit,
  xavierUniform,
  zerosInit,
} from './initializers.ts';
export { orthogonal } from './orthogonal.ts';
export { type SparseOptions, sparseInit } from './sparse.ts';
export { type TruncatedNormalOptions, truncatedNormal } from './truncated-normal.ts';
