import { fold, type Key } from '@descent/core/random';
import { draws } from './draws.ts';
import { cosSin, exp, log } from './portable-math.ts';

/**
 * A draw of Beta(`alpha`, `alpha`), in steps of 2^-24, so that it and 1 minus it are float32 numbers with the sum 1.
 *
 * Above 1: G. Ulrich, "Computer generation of distributions on the m-sphere", Applied Statistics 33 (1984). Below 1: M. D. Jöhnk,
 * "Erzeugung von betaverteilten und gammaverteilten Zufallszahlen", Metrika 8 (1964), with logarithms, so that small powers do not vanish.
 */
export function symmetricBeta(key: Key, alpha: number): number {
  return Math.round(exactBeta(key, alpha) * 2 ** 24) / 2 ** 24;
}

function exactBeta(key: Key, alpha: number): number {
  const [u, v] = draws(key, 2) as [number, number];
  if (alpha === 1) return u;
  if (alpha > 1) {
    const radius = Math.sqrt(1 - exp(log(u) * (2 / (2 * alpha - 1))));
    return 0.5 + 0.5 * radius * cosSin(360 * v)[0];
  }
  // Accepted with probability Γ(1 + α)² / Γ(1 + 2α), at least one half.
  for (let t = 0; ; t++) {
    const [a, b] = draws(fold(key, t), 2).map((w) => log(w) / alpha) as [number, number];
    if (exp(a) + exp(b) <= 1) return a > b ? 1 / (1 + exp(b - a)) : 1 - 1 / (1 + exp(a - b));
  }
}
