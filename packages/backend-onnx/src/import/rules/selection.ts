import type { Rules } from '../rule.ts';
import { gridSample } from './grid-sample.ts';
import { scatterElements, scatterND } from './scatter.ts';
import { topK } from './top-k.ts';

/** Elements found by their size, and elements put or looked up at places that tensors name. */
export const SELECTION: Rules = {
  TopK: topK,
  ScatterND: scatterND,
  ScatterElements: scatterElements,
  /** Before opset 11. */
  Scatter: scatterElements,
  GridSample: gridSample,
};
