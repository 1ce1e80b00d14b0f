/** Names of state entries, feeds and results. Each kind has a prefix of its own, so that no name of a layer or metric can collide. */
export const names: {
  readonly parameter: (name: string) => string;
  /** In front of all that the optimizer of `owner` keeps; the owner is one of several trainers that share a state, or empty. */
  readonly slots: (owner: string) => string;
  readonly scalar: (name: string) => string;
  /** The learning rate of a group of parameters, or with −1 of all that are in none. */
  readonly rate: (group: number) => string;
  /** A part of a data set on the device: `x`, `y/label`, … */
  readonly data: (name: string, part: string) => string;
  /** Of a parameter, by its name. */
  readonly gradient: (name: string) => string;
  /** What a layer sets a parameter to. */
  readonly assigned: (name: string) => string;
  /** The loss or a metric. */
  readonly result: (name: string) => string;
  /** What that mean is over. */
  readonly weight: (name: string) => string;
  /** A term of a loss that is a sum, and what that mean is over. */
  readonly term: (i: number) => string;
  readonly termWeight: (i: number) => string;
  /** Shows whether all that a step writes is finite. */
  readonly check: string;
  /** 1 until a guarded step was not finite. */
  readonly good: string;
} = {
  parameter: (name) => `parameters/${name}`,
  slots: (owner) => (owner === '' ? 'optimizer/' : `optimizers/${owner}/`),
  scalar: (name) => `scalars/${name}`,
  rate: (group) => (group === -1 ? 'scalars/lr' : `rates/${group}`),
  data: (name, part) => `data/${name}/${part}`,
  gradient: (name) => `gradients/${name}`,
  assigned: (name) => `assigned/${name}`,
  result: (name) => `results/${name}`,
  weight: (name) => `weights/${name}`,
  term: (i) => `terms/${i}`,
  termWeight: (i) => `term-weights/${i}`,
  check: 'check/written',
  good: 'check/good',
};
