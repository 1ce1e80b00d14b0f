export type { EngineName } from '../engines/engine.ts';
export type { EngineOptions } from '../engines/load.ts';
export { type TfjsOptions, tfjs } from '../tfjs.ts';
