// What is asked of a device and what is found out: plain data, which travels between processes and out of pages.
import type { NetName } from '../lib/nets.ts';

/** How much is done. Times are limits for work that can stop in between; what cannot is stopped by the end of its process. */
export interface Effort {
  /** Seconds for tests of the conformance kit; those that fit are run, a few of each kind first; 0 leaves them out. */
  readonly conformanceSeconds: number;
  /** Which of how many parts of the kit's tests is run; default all. */
  readonly part?: { readonly index: number; readonly of: number };
  /** Steps of each curve that is compared with those of other devices; 0 leaves the curves out. */
  readonly curveSteps: number;
  /** Seconds for one network in the bench of training steps; 0 leaves the bench out. */
  readonly benchSeconds: number;
  /** After which a device has failed. */
  readonly deviceSeconds: number;
}

export interface ConformanceFindings {
  readonly passed: number;
  /** Tests that failed, with what they said; known limits are not among them. */
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  /** Tests that failed of what the engine is known not to do, by docs/edge-semantics.md. */
  readonly limits: readonly string[];
  /** Tests for which the time was too short. */
  readonly skipped: number;
}

export interface CurveFindings {
  readonly job: string;
  readonly losses: readonly number[];
  readonly accuracy: number;
}

export interface BenchFindings {
  readonly net: NetName;
  /** Wall time of a step in ms, as `fit` makes them: data on the device, several steps in one run. */
  readonly median: number;
  readonly min: number;
  readonly stepsPerRun: number;
  readonly steps: number;
}

/** Each part is there once it has ended. */
export interface Findings {
  /** What the device says about itself, such as the name of a graphics adapter. */
  readonly about?: string;
  /** Whether the processor stands for a graphics device, so that times say nothing. */
  readonly isSoftware?: boolean;
  readonly conformance?: ConformanceFindings;
  readonly curves?: readonly CurveFindings[];
  readonly bench?: readonly BenchFindings[];
  /** Why it does not work, or what did not end. */
  readonly problems: readonly string[];
}

/** A device with what was found. */
export interface DeviceResult extends Findings {
  readonly name: string;
  /** Seconds from the start of its process to its end. */
  readonly seconds: number;
}
