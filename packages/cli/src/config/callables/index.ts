export { INITIALIZERS } from './initializers.ts';
export { LAYERS } from './layers/index.ts';
export { LOSSES } from './losses.ts';
export { METRICS } from './metrics.ts';
export { OPTIMIZERS } from './optimizers.ts';
export { SCHEDULES } from './schedules.ts';
