// Checked by the type checker alone (`pnpm typecheck`), never run: each directive fails the build when the line below it compiles.
import type { Backend, NDArray, Node } from '../src/public/index.ts';
import { grad, jit, jvp, valueAndGrad, vjp } from '../src/public/index.ts';
import { add, mul, sum } from '../src/public/ops.ts';

declare const backend: Backend;
declare const x: NDArray;
type Pair = { readonly a: Node; readonly b: Node };
const f = ({ a, b }: Pair, c: Node): Node => sum(add(mul(a, b), c));

export const one: NDArray = await jit((t) => mul(t, 2), { backend })(x);
export const named: { readonly a: NDArray } = await jit((t: Node) => ({ a: t }), { backend })(x);
// @ts-expect-error there is no output of this name
export const misnamed: NDArray = (await jit((t: Node) => ({ a: t }), { backend })(x)).b;
// @ts-expect-error the first argument is a record
await jit(f, { backend })(x, x);
// @ts-expect-error the record has another name
await jit(f, { backend })({ a: x, c: x }, x);

export const first: { readonly a: NDArray; readonly b: NDArray } = await grad(f, { backend })({ a: x, b: x }, x);
export const second: NDArray = await grad(f, { backend, argnums: [1] })({ a: x, b: x }, x);
const both = await valueAndGrad(f, { backend, argnums: [1, 0] })({ a: x, b: x }, x);
export const inOrder: readonly [NDArray, { readonly a: NDArray }] = both.grads;

const pulled = await vjp(f, { backend })([{ a: x, b: x }, x], x);
export const all: NDArray[] = [pulled.grads[0].a, pulled.grads[1]];
const pushed = await jvp(f, { backend, argnums: [1] })([{ a: x, b: x }, x], [x]);
export const tangent: NDArray = pushed.tangent;
// @ts-expect-error a tangent for each position
await jvp(f, { backend, argnums: [1] })([{ a: x, b: x }, x], [x, x]);
