type Tokens = readonly number[];

/** The least number of tokens to put in, take out or change to get from one sequence to the other (Levenshtein 1966). */
export function levenshtein(a: Tokens, b: Tokens): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, token] of a.entries()) {
    const row = [i + 1];
    for (const [j, other] of b.entries()) {
      const changed = (before[j] as number) + (token === other ? 0 : 1);
      row.push(Math.min(changed, (before[j + 1] as number) + 1, (row[j] as number) + 1));
    }
    before = row;
  }
  return before[b.length] as number;
}

/** Corpus BLEU of sequences and one reference of each (Papineni et al. 2002), without smoothing. NaN without any. */
export function bleuScore(pairs: readonly (readonly [given: Tokens, right: Tokens])[], maxN: number): number {
  const total = (of: (pair: readonly [Tokens, Tokens]) => number): number => pairs.reduce((n, pair) => n + of(pair), 0);
  const givenLength = total(([given]) => given.length);
  const rightLength = total(([, right]) => right.length);
  if (pairs.length === 0) return Number.NaN;
  let logs = 0;
  for (let n = 1; n <= maxN; n++) {
    const matched = total(([given, right]) => matches(runs(given, n), runs(right, n)));
    const all = total(([given]) => Math.max(0, given.length - n + 1));
    if (matched === 0) return 0;
    logs += Math.log(matched / all) / maxN;
  }
  const brevity = givenLength >= rightLength ? 1 : Math.exp(1 - rightLength / givenLength);
  return brevity * Math.exp(logs);
}

/** How often each run of `n` tokens is there. */
function runs(tokens: Tokens, n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const run = tokens.slice(i, i + n).join(' ');
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

function matches(given: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [run, count] of given) sum += Math.min(count, right.get(run) ?? 0);
  return sum;
}
