import type { NDArray } from '@descent/core';

/** The share of points whose class is that of most of their `k` nearest neighbours among `known`; a tie is for the nearer. Points are `[n, width]`. */
export function nearestAccuracy(
  known: { readonly points: NDArray; readonly labels: NDArray },
  asked: { readonly points: NDArray; readonly labels: NDArray },
  k: number,
): number {
  const [n = 0, width = 0] = asked.points.shape;
  let right = 0;
  for (let i = 0; i < n; i++) {
    const nearest: { readonly distance: number; readonly label: number }[] = [];
    for (let j = 0; j < (known.points.shape[0] as number); j++) {
      let distance = 0;
      for (let d = 0; d < width; d++) {
        distance += ((asked.points.data[i * width + d] as number) - (known.points.data[j * width + d] as number)) ** 2;
      }
      if (nearest.length === k && distance >= (nearest[k - 1]?.distance ?? 0)) continue;
      const at = nearest.findIndex((other) => other.distance > distance);
      nearest.splice(at < 0 ? nearest.length : at, 0, { distance, label: known.labels.data[j] as number });
      if (nearest.length > k) nearest.pop();
    }
    if (mostFrequent(nearest.map(({ label }) => label)) === asked.labels.data[i]) right += 1;
  }
  return right / n;
}

/** The most frequent of labels; of several, the one that came first. */
function mostFrequent(labels: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}
