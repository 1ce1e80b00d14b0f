export type { EngineName } from '../engines/engine.ts';
export type { EngineOptions } from '../engines/load.ts';
export type { NodeEngineName, NodeOptions } from '../node/open.ts';
export { type TfjsOptions, tfjs } from '../tfjs.ts';
