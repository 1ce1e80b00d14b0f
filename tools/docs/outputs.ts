/** A comment that shows what an example prints. */
export interface ShownOutput {
  /** Line within the code, from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * The comments of an example that show output: behind a call of `console.log`, and on lines of their own below one, or below `await fit(…)`,
 * which prints its epochs. Everything else is an explanation.
 */
export function shownOutputs(code: string): ShownOutput[] {
  const outputs: ShownOutput[] = [];
  let belowPrint = false;
  for (const [i, line] of code.split('\n').entries()) {
    const own = /^\s*\/\/ (.+)$/.exec(line)?.[1];
    const behind = /console\.log\(.*;\s*\/\/ (.+)$/.exec(line)?.[1];
    if (own !== undefined && belowPrint) outputs.push({ line: i + 1, text: own });
    else {
      if (behind !== undefined) outputs.push({ line: i + 1, text: behind });
      belowPrint = /console\.log\(|await fit\(/.test(line);
    }
  }
  return outputs;
}

/** The first shown output that was not printed, in the order of the program, or `null`. */
export function notPrinted(shown: readonly ShownOutput[], printed: readonly string[]): ShownOutput | null {
  let from = 0;
  for (const output of shown) {
    const at = printed.findIndex((text, i) => i >= from && isAsShown(output.text, text));
    if (at === -1) return output;
    from = at + 1;
  }
  return null;
}

/** Other machines add up in another order: so far may a number with decimals be from what is shown. */
const TOLERANCE = 0.02;

/**
 * Whether `printed` is what `shown` says: `…` stands for anything, white space does not matter, a number with decimals may differ by 2 % or by
 * one of its last digit, a whole number by rounding only.
 */
export function isAsShown(shown: string, printed: string): boolean {
  return matches(tokens(shown), tokens(printed));
}

function matches(shown: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return printed.length === 0;
  if (first !== '…') return printed[0] !== undefined && isSame(first, printed[0]) && matches(rest, printed.slice(1));
  return Array.from({ length: printed.length + 1 }, (_, i) => i).some((skip) => matches(rest, printed.slice(skip)));
}

function tokens(text: string): string[] {
  return text.match(/(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)|[\w]+|…|[^\s\w]/g) ?? [];
}

function isSame(shown: string, printed: string): boolean {
  if (shown === printed) return true;
  const [a, b] = [Number(shown), Number(printed)];
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  const decimals = /\.(\d+)/.exec(shown)?.[1]?.length;
  if (decimals === undefined) return Math.abs(a - b) <= 1e-3 * Math.max(1, Math.abs(a));
  return Math.abs(a - b) <= Math.max(TOLERANCE * Math.abs(a), 1.001 * 10 ** -decimals);
}
