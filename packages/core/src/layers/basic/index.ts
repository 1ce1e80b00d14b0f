export { dropout } from './dropout.ts';
export { type LinearOptions, linear } from './linear.ts';
export { normalize } from './normalize.ts';
export { rescale } from './rescale.ts';
