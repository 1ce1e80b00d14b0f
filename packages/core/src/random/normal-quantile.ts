/**
 * The inverse of the standard normal distribution function for `p` from 2^-36 to 1 - 2^-36, to about 1e-15 relative.
 *
 * Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
 * Its third region (beyond 2^-36) is left out: a 32-bit draw never reaches it.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return q * central(0.180625 - q * q);
  const r = Math.sqrt(-log(Math.min(p, 1 - p))) - 1.6;
  return q < 0 ? -tail(r) : tail(r);
}

function central(r: number): number {
  let above = 2509.0809287301227;
  let below = 5226.495278852854;
  above = above * r + 33430.57558358813;
  below = below * r + 28729.085735721943;
  above = above * r + 67265.7709270087;
  below = below * r + 39307.89580009271;
  above = above * r + 45921.95393154987;
  below = below * r + 21213.794301586597;
  above = above * r + 13731.69376550946;
  below = below * r + 5394.196021424751;
  above = above * r + 1971.5909503065513;
  below = below * r + 687.1870074920579;
  above = above * r + 133.14166789178438;
  below = below * r + 42.31333070160091;
  above = above * r + 3.3871328727963665;
  below = below * r + 1;
  return above / below;
}

function tail(r: number): number {
  let above = 0.0007745450142783414;
  let below = 1.0507500716444169e-9;
  above = above * r + 0.022723844989269184;
  below = below * r + 0.0005475938084995345;
  above = above * r + 0.2417807251774506;
  below = below * r + 0.015198666563616457;
  above = above * r + 1.2704582524523684;
  below = below * r + 0.14810397642748008;
  above = above * r + 3.6478483247632045;
  below = below * r + 0.6897673349851;
  above = above * r + 5.769497221460691;
  below = below * r + 1.6763848301838038;
  above = above * r + 4.630337846156546;
  below = below * r + 2.053191626637759;
  above = above * r + 1.4234371107496835;
  below = below * r + 1;
  return above / below;
}

/**
 * The natural logarithm of a positive normal number in IEEE arithmetic alone, to about 1e-16 relative away from 1.
 * `log(m * 2^e) = e log 2 + 2 atanh((m - 1) / (m + 1))` with `m` between sqrt(1/2) and sqrt(2).
 */
export function log(x: number): number {
  let exponent = 0;
  let m = x;
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent -= 1;
  }
  while (m > Math.SQRT2) {
    m /= 2;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum = 1 / 23;
  sum = sum * t + 1 / 21;
  sum = sum * t + 1 / 19;
  sum = sum * t + 1 / 17;
  sum = sum * t + 1 / 15;
  sum = sum * t + 1 / 13;
  sum = sum * t + 1 / 11;
  sum = sum * t + 1 / 9;
  sum = sum * t + 1 / 7;
  sum = sum * t + 1 / 5;
  sum = sum * t + 1 / 3;
  sum = sum * t + 1;
  return exponent * Math.LN2 + 2 * s * sum;
}
