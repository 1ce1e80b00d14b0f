import type { Node } from '@descent/core';
import { abs, add, cast, div, equal, greater, less, mul, pow, scalar, sub, where } from '@descent/core/ops';
import { numbersOf } from '../known.ts';
import { refusedWhere } from '../refused.ts';
import type { RuleContext } from '../rule.ts';

/** A power of integers: exact, and refused where 32 bits do not hold it, since what ONNX Runtime then gives is not defined. */
export function integerPower(c: RuleContext): Node {
  const base = cast(c.node(0), 'int32');
  const exponent = wholeExponent(c);
  const size = pow(cast(base, 'float32'), cast(exponent, 'float32'));
  const isFew = less(exponent, 32);
  // Of −1, 0 and 1 larger exponents give what smaller ones of the same parity do; all else is refused.
  let left = where(isFew, exponent, add(parity(exponent), 30));
  let square = base;
  let y: Node = scalar(1, 'int32');
  for (let bit = 0; bit < 5; bit++) {
    y = where(equal(parity(left), 0), y, mul(y, square));
    left = div(left, 2);
    square = mul(square, square);
  }
  const isOne = equal(abs(base), 1);
  const inverse = where(isOne, where(equal(parity(exponent), 0), mul(base, base), base), 0);
  const result = where(less(exponent, 0), inverse, y);
  // What lies between a number and what is left of it in 32 bits is at least 2³¹.
  return refusedWhere(greater(abs(sub(size, cast(result, 'float32'))), 2 ** 30), result, 'integers', c.guard);
}

/** 0 of even numbers, else 1 or −1. */
function parity(x: Node): Node {
  return sub(x, mul(div(x, 2), 2));
}

function wholeExponent(c: RuleContext): Node {
  const given = c.node(1);
  if (given.type.dtype !== 'float32') return cast(given, 'int32');
  const known = c.known(1);
  if (known !== undefined && numbersOf(known, 'Pow').every((v) => Number.isInteger(v) && Math.abs(v) < 2 ** 24))
    return cast(given, 'int32');
  throw c.unsupported(
    'integers to the power of fractions, or of floats that depend on what is fed',
    'whole exponents, or a base of floats',
    'cast the base to float in front of it',
  );
}
