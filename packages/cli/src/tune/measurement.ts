/** What training at one setting came to. */
export type Measurement = Measured | Failed;

export interface Measured {
  readonly state: 'measured';
  /** Of training, once it runs. */
  readonly samplesPerSecond: number;
  readonly msPerStep: number;
  readonly steps: number;
  /** The most memory that the process had, in bytes; what lies on a graphics device is not among it. */
  readonly bytes: number;
}

export interface Failed {
  readonly state: 'failed';
  /** The first line of what went wrong. */
  readonly reason: string;
}

/** What is measured: training of a config with this instead of what it says. */
export interface Setting {
  readonly batchSize?: number;
  readonly threads?: number;
}
