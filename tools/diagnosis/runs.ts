import type { MadeRun } from './made-run.ts';
import { FIT } from './runs/capacity.ts';
import { DATA } from './runs/data.ts';
import { GOOD } from './runs/good.ts';
import { NET } from './runs/network.ts';
import { NOISY } from './runs/noise.ts';
import { OUTPUT } from './runs/output.ts';
import { SOMEWHAT } from './runs/rate-somewhat-too-high.ts';
import { TOO_HIGH } from './runs/rate-too-high.ts';
import { TOO_LOW } from './runs/rate-too-low.ts';
import { SCALE } from './runs/scale.ts';

/** Networks × mistakes × data. */
export const MADE_RUNS: readonly MadeRun[] = [
  ...GOOD,
  ...TOO_HIGH,
  ...SOMEWHAT,
  ...TOO_LOW,
  ...SCALE,
  ...OUTPUT,
  ...FIT,
  ...NOISY,
  ...DATA,
  ...NET,
];
