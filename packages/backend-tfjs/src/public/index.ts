export { tfjsBackends } from '../backends.ts';
export type { EngineName, EngineOptions } from '../engines/options.ts';
export type { NodeEngineName, NodeOptions } from '../node/open.ts';
export { type TfjsOptions, tfjs } from '../tfjs.ts';
