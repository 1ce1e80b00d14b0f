export { type GaussianNllOptions, gaussianNLL } from './gaussian-nll.ts';
export { type HuberOptions, huber } from './huber.ts';
export { l1 } from './l1.ts';
export { mse } from './mse.ts';
export { type PoissonNllOptions, poissonNLL } from './poisson-nll.ts';
export { type SmoothL1Options, smoothL1 } from './smooth-l1.ts';
