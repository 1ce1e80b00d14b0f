import { type Argument, FLAG, or } from './argument.ts';

/** An option that is on unless it is turned off. */
export const YES: Argument = or(FLAG, true);
/** An option that is off unless it is turned on. */
export const NO: Argument = or(FLAG, false);

/** A function that JSON may call: its arguments by name, those in front and those of its options. */
export interface Callable<T> {
  readonly make: (...args: readonly unknown[]) => T;
  readonly args: Readonly<Record<string, Argument>>;
  /** How many of `args` may be left out, from the end. */
  readonly optional: number;
  readonly options: Readonly<Record<string, Argument>>;
  /** Of each argument behind those, for functions that take any number. */
  readonly rest?: Argument;
}

/** A function that JSON cannot call by its name, and why. */
export interface NotByName {
  readonly notByName: string;
}

export type Table<T> = Readonly<Record<string, Callable<T> | NotByName>>;

/**
 * A line for each function of `Module` that makes a `Made` and no `Other`. It is derived from the module's exports, so that a new one that JSON forgets does
 * not compile: give it its arguments, or a reason why JSON cannot call it.
 */
export type TableOf<Module, Made, T = Made, Other = never> = {
  readonly [N in FactoryName<Module, Made, Other>]: Callable<T> | NotByName;
};

type FactoryName<Module, Made, Other> = {
  [N in keyof Module]: Module[N] extends (...args: never[]) => infer R ? IfMade<R, Made, Other, N> : never;
}[keyof Module];

/** A function that never returns makes nothing. */
type IfMade<R, Made, Other, N> = [R] extends [Other] ? never : [R] extends [Made] ? N : never;

// biome-ignore lint/complexity/noBannedTypes: any function, which is what JSON cannot hold.
type NoJson = Function | { readonly label: string } | { readonly apply: Function };
type Last<A extends readonly unknown[]> = Required<A> extends readonly [...infer _, infer L] ? L : never;
/** The object of options among the types of a last argument. */
type OptionsAmong<L> = L extends NoJson | readonly unknown[] ? never : L extends object ? L : never;
type NameOfOption<O> = O extends unknown
  ? { [K in keyof O]-?: [Exclude<O[K], NoJson | undefined>] extends [never] ? never : K }[keyof O]
  : never;

/** Names of the options of `F` that JSON can hold. */
type OptionName<F extends (...args: never[]) => unknown> = NameOfOption<OptionsAmong<Last<Parameters<F>>>>;

type Rest<F extends (...args: never[]) => unknown> = [OptionName<F>] extends [never]
  ? [args?: Callable<F>['args'], options?: Readonly<Record<string, Argument>>, optional?: number]
  : [args: Callable<F>['args'], options: Readonly<Record<OptionName<F>, Argument>>, optional?: number];

/** `make` with what its arguments may be; all of its options that JSON can hold must be named. */
export function callable<F extends (...args: never[]) => unknown>(make: F, ...rest: Rest<F>): Callable<ReturnType<F>> {
  const [args = {}, options = {}, optional = 0] = rest;
  // What it is called with was looked at.
  return { make: make as unknown as (...args: readonly unknown[]) => ReturnType<F>, args, optional, options };
}

/** `make` with what each of any number of arguments may be. */
export function variadic<T>(make: (...args: never[]) => T, rest: Argument): Callable<T> {
  return { make: make as unknown as (...args: readonly unknown[]) => T, args: {}, optional: 0, options: {}, rest };
}
