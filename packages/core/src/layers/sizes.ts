/*
 * What is known of sizes before anything runs: types alone. A layer says it as a text, `takes → gives`, of the axes behind the batch:
 *
 *   takes   `…` whatever · `…, 784` last axis 784 · `64, …` first axis 64 · `1, ?, ?` these axes, where `?` is a size that is not known
 *   gives   `…` the axes that came in · `…, 256` the same but for the last · `32, ?, ?` these axes · `*` nobody knows · `*, 64` only the last is known
 *           `channels, ?, ?` the first axis that came in, and these · `channels, …` the same but for all behind the first · `flat` one axis for all
 *
 * `linear(784, 256)` is `…, 784 → …, 256`, `conv2d(1, 32, 3)` is `1, ?, ? → 32, ?, ?`, `relu()` is `… → …`.
 */

/** A size in such a text: `?` for any `number`, and for one of several literals. */
export type Size<N extends number> = number extends N ? '?' : true extends IsUnion<N> ? '?' : `${N}`;

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

/** The sizes of a list of axes, `*` where it is not literal; -1 is what is left. */
export type Axes<S extends readonly number[]> = number extends S['length']
  ? '*'
  : S extends readonly [infer A extends number]
    ? AxisOf<A>
    : S extends readonly [infer A extends number, ...infer R extends readonly number[]]
      ? `${AxisOf<A>}, ${Axes<R>}`
      : '*';
type AxisOf<N extends number> = N extends -1 ? '?' : Size<N>;

/** What is one number for both axes, or two. */
export type Pairs<S extends number | readonly number[]> = S extends readonly number[]
  ? S
  : S extends number
    ? readonly [S, S]
    : never;

/** The last of the axes `S`, or the only one. */
export type LastOf<S extends number | readonly number[]> = S extends number
  ? Size<S>
  : S extends readonly [...number[], infer A extends number]
    ? Size<A>
    : '?';

/** What takes any axes and gives the same. */
export type Same = '… → …';

/** What `inner(x) + x` takes and gives: what `inner` does, unless it gives a size of 1, which may grow. */
export type Added<S extends string> = S extends `${infer Takes} → ${infer Gives}`
  ? HasOne<Gives> extends true
    ? `${Takes} → *`
    : S
  : string;
type HasOne<S extends string> = S extends `${infer A}, ${infer R}`
  ? A extends '1'
    ? true
    : HasOne<R>
  : S extends '1'
    ? true
    : false;

/** What takes and gives features on the last axis. */
export type Features<In extends number, Out extends number> = `…, ${Size<In>} → …, ${Size<Out>}`;

/** What takes and gives channels, with `Spatial` such as `?, ?` behind them. */
export type Channels<
  In extends number,
  Out extends number,
  Spatial extends string,
> = `${Size<In>}, ${Spatial} → ${Size<Out>}, ${Spatial}`;

/** The text of one layer. A union of texts is what one of several layers says, so nothing is known. */
type TextOf<L> = Single<L extends { readonly [sizes]?: SizesTag<infer S> } ? S : string>;
type Single<S extends string> = string extends S ? Unknown : true extends IsUnion<S> ? Unknown : S;
type Unknown = '… → *';

/** The axes behind a layer that says `Gives`, where `Given` came in. */
type Next<Given extends string, Gives extends string> = Gives extends '…'
  ? Given
  : Gives extends `…, ${infer N}`
    ? WithLast<Given, N>
    : Gives extends `channels, ${infer Rest}`
      ? WithChannels<Given, Rest>
      : Gives extends 'flat'
        ? Flat<Given>
        : Gives;

type WithLast<S extends string, N extends string> = S extends '…' | '*'
  ? `${S}, ${N}`
  : S extends `${infer A}, ${infer R}`
    ? `${A}, ${WithLast<R, N>}`
    : N;

type WithChannels<S extends string, Rest extends string> = S extends '…' | '*' | `…, ${string}` | `*, ${string}`
  ? Rest extends '…'
    ? '*'
    : `?, ${Rest}`
  : S extends `${infer A}, ${infer R}`
    ? `${A}, ${Rest extends '…' ? Blank<R> : Rest}`
    : '*';

type Blank<S extends string> = S extends `${infer _}, ${infer R}` ? `?, ${Blank<R>}` : '?';

/** One axis for all: its size is known where all axes but one have the size 1. */
type Flat<S extends string, Size extends string = '1'> = S extends `${infer A}, ${infer R}`
  ? Flat<R, Times<Size, A>>
  : Times<Size, S>;
type Times<A extends string, B extends string> = A extends '1'
  ? B extends '…' | '*'
    ? '?'
    : B
  : B extends '1'
    ? A
    : '?';

/** Whether axes `Given` can never be what a layer `Takes`. */
type Conflict<Given extends string, Takes extends string> = Takes extends '…'
  ? false
  : Given extends '…' | '*'
    ? false
    : Takes extends `…, ${infer N}`
      ? Differ<Last<Given>, N>
      : Given extends `…, ${infer N}` | `*, ${infer N}`
        ? Takes extends `${string}, …`
          ? false
          : Differ<N, Last<Takes>>
        : Takes extends `${infer N}, …`
          ? Differ<First<Given>, N>
          : AnyDiffer<Given, Takes>;

type Last<S extends string> = S extends `${infer _}, ${infer R}` ? Last<R> : S;
type First<S extends string> = S extends `${infer A}, ${infer _}` ? A : S;
type Differ<A extends string, B extends string> = A extends '?' | B ? false : B extends '?' ? false : true;
type AnyDiffer<A extends string, B extends string> = A extends `${infer A1}, ${infer AR}`
  ? B extends `${infer B1}, ${infer BR}`
    ? Differ<A1, B1> extends true
      ? true
      : AnyDiffer<AR, BR>
    : true
  : B extends `${string}, ${string}`
    ? true
    : Differ<A, B>;

/** What is wrong with each layer of a chain, or `true`; then what the chain takes and gives. */
interface Walked<Findings extends readonly unknown[], Takes extends string, Gives extends string> {
  readonly findings: Findings;
  readonly sizes: `${Takes} → ${Gives}`;
}

/** Goes along a chain. It calls itself last, so that the compiler follows it through hundreds of layers. */
export type Walk<
  L extends readonly unknown[],
  Given extends string = '…',
  ChainTakes extends string = '…',
  Findings extends readonly unknown[] = [],
> = L extends readonly [infer A, ...infer Rest]
  ? TextOf<A> extends `${infer Takes} → ${infer Gives}`
    ? Walk<
        Rest,
        Next<Given, Gives>,
        `${Given}${ChainTakes}` extends '……' ? Takes : ChainTakes,
        [...Findings, Conflict<Given, Takes> extends true ? Mismatch<Given, Takes> : true]
      >
    : Walk<Rest, '*', ChainTakes, [...Findings, true]>
  : Walked<Findings, ChainTakes, L extends readonly [] ? Given : '*'>;

type Mismatch<
  Given extends string,
  Takes extends string,
> = `this layer takes [batch, ${Takes}], but the layers in front of it give [batch, ${Given extends `*, ${infer R}` ? `…, ${R}` : Given}]`;

/** The name of the property under which the type of a layer says its sizes. No layer has it: there is nothing at run time. */
export declare const sizes: unique symbol;

/**
 * What the type of a layer says of sizes. Any two are assignable to each other, since each is an optional property that the other does not have, so a list
 * may hold layers of all sizes and a variable may be given another. But neither is a subtype of the other, so a union of both stays one, and is not taken
 * for the first. The first part is empty; it makes the compiler compare the others, and not conclude from the name that all are the same.
 */
export type SizesTag<S extends string> = { readonly [K in S as never]-?: true } & (string extends S
  ? // biome-ignore lint/suspicious/noExplicitAny: what says nothing of sizes is as good as any other, both ways.
    any
  : { readonly sizes: true } & { readonly [K in S]?: true });
