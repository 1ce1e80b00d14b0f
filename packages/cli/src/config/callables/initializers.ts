import type * as core from '@descent/core';
import {
  constantInit,
  diracInit,
  type Initializer,
  identityInit,
  kaimingNormal,
  kaimingUniform,
  normalInit,
  onesInit,
  orthogonal,
  sparseInit,
  truncatedNormal,
  uniformInit,
  xavierNormal,
  xavierUniform,
  zerosInit,
} from '@descent/core';
import { COUNT, NUMBER, oneOf, or, POSITIVE, required, SHARE } from '../argument.ts';
import { type Callable, callable, type TableOf } from '../callable.ts';

/** Names of core's initializers that have no options: they are not made by a call. */
type Plain = {
  [N in keyof typeof core]: (typeof core)[N] extends Initializer ? N : never;
}[keyof typeof core];

const plain = (initializer: Initializer): Callable<Initializer> => callable(() => initializer);
const GAIN = { gain: or(NUMBER, 1) };
const KAIMING = { a: or(NUMBER, 0), mode: or(oneOf('fanIn', 'fanOut'), 'fanIn') };

export const INITIALIZERS: TableOf<typeof core, Initializer> & Readonly<Record<Plain, Callable<Initializer>>> = {
  constantInit: callable(constantInit, { value: NUMBER }),
  diracInit: callable(diracInit, {}, { groups: or(COUNT, 1) }),
  identityInit: plain(identityInit),
  kaimingNormal: callable(kaimingNormal, {}, KAIMING),
  kaimingUniform: callable(kaimingUniform, {}, KAIMING),
  normalInit: callable(normalInit, {}, { mean: or(NUMBER, 0), std: or(NUMBER, 1) }),
  onesInit: plain(onesInit),
  orthogonal: callable(orthogonal, {}, GAIN),
  sparseInit: callable(sparseInit, {}, { sparsity: required(SHARE), std: or(NUMBER, 0.01) }),
  truncatedNormal: callable(
    truncatedNormal,
    {},
    { mean: or(NUMBER, 0), std: or(POSITIVE, 1), a: or(NUMBER, -2), b: or(NUMBER, 2) },
  ),
  uniformInit: callable(uniformInit, {}, { low: or(NUMBER, 0), high: or(NUMBER, 1) }),
  xavierNormal: callable(xavierNormal, {}, GAIN),
  xavierUniform: callable(xavierUniform, {}, GAIN),
  zerosInit: plain(zerosInit),
};
