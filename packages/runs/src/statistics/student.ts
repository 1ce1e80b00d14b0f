import { incompleteBeta } from './beta.ts';

/** The probability that Student's t with `df` degrees of freedom is at least as far from 0 as `t`, on both sides. */
export function tailsOfT(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/** The value that Student's t with `df` degrees of freedom exceeds on either side with the probability `tails` together: 12.706 for 0.05 and 1. */
export function quantileOfT(tails: number, df: number): number {
  let [low, high] = [0, 1];
  while (tailsOfT(high, df) > tails) high *= 2;
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (tailsOfT(middle, df) > tails) low = middle;
    else high = middle;
  }
  return high;
}
