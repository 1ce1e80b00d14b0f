import { LEAST_OPSET, NEWEST_OPSET } from '../src/model/opset.ts';

/** All that files are written in. */
export const OPSETS: readonly number[] = Array.from(
  { length: NEWEST_OPSET - LEAST_OPSET + 1 },
  (_, i) => LEAST_OPSET + i,
);
