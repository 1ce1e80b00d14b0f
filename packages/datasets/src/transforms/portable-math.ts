/*
 * Elementary functions in IEEE arithmetic alone. The last bits of Math.exp, Math.log and Math.cos are the engine's choice, and one bit may
 * move a pixel: with these the same key gives the same image everywhere.
 */

const LN2_HIGH = Math.floor(Math.LN2 * 2 ** 32) / 2 ** 32;
/** The digits of ln 2 after those of `LN2_HIGH`. */
const LN2_LOW = 1.9082149292705877e-10;
const RADIANS = Math.PI / 180;

/** Cosine and sine of an angle in degrees, to about 1e-16; exactly 0 and ±1 at multiples of 90. */
export function cosSin(degrees: number): readonly [cos: number, sin: number] {
  const quarters = Math.round(degrees / 90);
  // Exact: the quotient is close to a whole number.
  const x = (degrees - 90 * quarters) * RADIANS;
  const [c, s] = [cosNearZero(x), sinNearZero(x)];
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [c, s];
    case 1:
      return [-s, c];
    case 2:
      return [-c, -s];
    default:
      return [s, -c];
  }
}

/** Taylor's series; at π/4 the first term left out is below 1e-18. */
function cosNearZero(x: number): number {
  const t = x * x;
  let sum = 1;
  for (let k = 16; k >= 2; k -= 2) sum = 1 - (t / (k * (k - 1))) * sum;
  return sum;
}

function sinNearZero(x: number): number {
  const t = x * x;
  let sum = 1;
  for (let k = 17; k >= 3; k -= 2) sum = 1 - (t / (k * (k - 1))) * sum;
  return x * sum;
}

/** `e^x`: 0 below -745. `x = k ln 2 + r`, and the series of `e^r`. */
export function exp(x: number): number {
  if (x < -745) return 0;
  const k = Math.round(x / Math.LN2);
  // ln 2 in two parts: multiples of the first, which has 32 bits, are exact.
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (r / n) * sum;
  // In two steps, since 2^k may be below the smallest number.
  const half = Math.trunc(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

function powerOfTwo(k: number): number {
  let power = 1;
  for (let i = Math.abs(k); i > 0; i--) power *= 2;
  return k < 0 ? 1 / power : power;
}

/** The natural logarithm of a positive normal number: `ln(m 2^e) = e ln 2 + 2 artanh((m − 1) / (m + 1))`. */
export function log(x: number): number {
  let exponent = 0;
  let m = x;
  for (; m < Math.SQRT1_2; m *= 2) exponent--;
  for (; m > Math.SQRT2; m /= 2) exponent++;
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = 1 / k + t * sum;
  return exponent * Math.LN2 + 2 * s * sum;
}
