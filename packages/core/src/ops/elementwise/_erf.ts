const SERIES_TERMS = 30;
const FRACTION_DEPTH = 250;

/**
 * The error function, to within 1e-15.
 *
 * Source: Abramowitz, Stegun, "Handbook of Mathematical Functions" (1964): the series 7.1.6 below 1, where all its terms are positive,
 * and one minus the continued fraction 7.1.14 above. Both are cut where the rest is below double precision.
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  const value = z < 1 ? series(z) : 1 - complement(z);
  return x < 0 ? -value : value;
}

/** `2/√π · e^-z² · Σ 2ⁿ z²ⁿ⁺¹ / (1·3·…·(2n+1))`. */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n <= SERIES_TERMS; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}

/** `1 - erf(z) = e^-z²/√π · 1/(z + (1/2)/(z + (2/2)/(z + (3/2)/(z + …))))`. */
function complement(z: number): number {
  let fraction = z;
  for (let k = FRACTION_DEPTH; k >= 1; k--) fraction = z + k / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}
