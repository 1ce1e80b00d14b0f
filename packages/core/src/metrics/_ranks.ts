/** Positions in descending order of `scores`; equal ones in their own order. */
export function descending(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/** The rank of each value, counted from 1; equal values share the mean of their ranks. */
export function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const out = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) out[order[i] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return out;
}
