export { alphaDropout } from './alpha-dropout.ts';
export { dropout } from './dropout.ts';
export { dropout1d } from './dropout1d.ts';
export { dropout2d } from './dropout2d.ts';
export { dropout3d } from './dropout3d.ts';
export { type LinearOptions, linear } from './linear.ts';
export { normalize } from './normalize.ts';
export { rescale } from './rescale.ts';
