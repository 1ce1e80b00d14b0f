import type { NetName } from '../lib/nets.ts';
import type { BrowserEngine } from './engines.ts';
import type { Frames } from './frames.ts';

/** What a page is asked, in its address. */
export interface PageTask {
  readonly net: NetName;
  readonly engines: readonly BrowserEngine[];
  /** Images in the files. */
  readonly count: number;
  /** Measurements of each engine. */
  readonly rounds: number;
  /** ms of a measurement, at least one step. */
  readonly roundMs: number;
  /** ms of idling before it. */
  readonly pauseMs: number;
  /** Batches of an epoch. */
  readonly epochBatches: number;
  /** Seconds of training while frames are counted. */
  readonly frameSeconds: number;
  /** Engines that need more than so many seconds for an epoch do not train one. */
  readonly patience: number;
}

/** What a page says while it goes on. */
export interface PageProgress {
  readonly engine: string;
  readonly phase: string;
}

/** What was found about one engine. */
export interface EngineFindings {
  readonly name: string;
  /** Losses of the first steps, from the same weights and batches everywhere. */
  readonly losses: readonly number[];
  /** ms a step, one for each round. */
  readonly samples: readonly number[];
  /** For each round, the time outside of `InferenceSession.run` in terms of that inside; of onnx:wasm in the page only. */
  readonly overheads: readonly number[];
  /** ms from nothing until the first step is done: scripts, WebAssembly, compilation and the step. */
  readonly firstStepMs: number | null;
  /** ms from nothing to the end of a first epoch of the library's own `fit`. */
  readonly epochMs: number | null;
  /** What the page could draw during training. */
  readonly frames: Frames | null;
  readonly notes: readonly string[];
}

/** Of an engine that did not come so far. */
export function unmeasured(name: string): EngineFindings {
  return { name, losses: [], samples: [], overheads: [], firstStepMs: null, epochMs: null, frames: null, notes: [] };
}

export interface PageReport {
  /** What the page could draw while nothing ran. */
  readonly idle: Frames;
  readonly isIsolated: boolean;
  readonly engines: readonly EngineFindings[];
  /** What ended the page before its time. */
  readonly failure?: string;
}
