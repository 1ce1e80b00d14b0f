/// <reference lib="dom" />
// One engine in a frame of the page: with modules, threads and settings of its own, on the page's thread.
import type { BrowserEngine } from './engines.ts';
import type { OpenPageEngine, PageEngine, PageEngineTask } from './page-engine.ts';

/** What the page calls. */
export interface Frame {
  open(engine: BrowserEngine, task: PageEngineTask): Promise<PageEngine>;
}

/** Each is loaded when it is asked for, so that what it takes to load is seen. */
const OPENERS: Readonly<Record<BrowserEngine['by'], () => Promise<OpenPageEngine>>> = {
  onnx: async () => (await import('./descent.ts')).openDescent,
  tfjs: async () => (await import('./descent.ts')).openDescent,
  'stock-tfjs': async () => (await import('./stock-tfjs.ts')).openStockTfjs,
  'jax-js': async () => (await import('./jax-js.ts')).openJaxJs,
  bare: async () => (await import('./bare.ts')).openBare,
};

export const frame: Frame = {
  async open(engine, task) {
    const { data, weights } = task;
    const open = await OPENERS[engine.by]();
    // Arrays of the page are of other classes than those of a frame.
    return open(engine, {
      ...task,
      data: { ...data, images: new Uint8Array(data.images), labels: new Int32Array(data.labels) },
      weights: weights.map((array) => new Float32Array(array)),
    });
  },
};
