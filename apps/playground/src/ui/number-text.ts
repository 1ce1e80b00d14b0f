/** What a number field takes; finite in any case. */
export interface NumberLimits {
  readonly least?: number;
  readonly most?: number;
  /** Larger than this. */
  readonly above?: number;
  /** Smaller than this. */
  readonly below?: number;
  readonly integer?: boolean;
}

/** Why a text is no number that the field takes. */
export type NumberProblem =
  | { readonly reason: 'empty' | 'not-a-number' | 'not-an-integer' | 'several-points' }
  | { readonly reason: 'least' | 'most' | 'above' | 'below'; readonly limit: number };

export type ReadNumber = { readonly value: number } | { readonly problem: NumberProblem };

/** How arrow keys change a number: by equal steps, or along 1, 2, 5, 10, … as suits learning rates. */
export type NumberSteps = { readonly by: number } | 'decades';

/** Full-width digits and points, as Chinese keyboards write them, are read as ASCII; a comma counts as the point. */
export function readNumber(text: string, limits: NumberLimits = {}): ReadNumber {
  const plain = text.normalize('NFKC').replace(/[,。]/g, '.').replace(/[−–]/g, '-').replace(/\s/g, '');
  if (plain === '') return { problem: { reason: 'empty' } };
  if ((plain.match(/\./g) ?? []).length > 1) return { problem: { reason: 'several-points' } };
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
  if (!Number.isFinite(value)) return { problem: { reason: 'not-a-number' } };
  const problem = exceeded(value, limits);
  return problem === null ? { value } : { problem };
}

function exceeded(value: number, { least, most, above, below, integer }: NumberLimits): NumberProblem | null {
  if (integer === true && !Number.isSafeInteger(value)) return { reason: 'not-an-integer' };
  if (least !== undefined && value < least) return { reason: 'least', limit: least };
  if (above !== undefined && value <= above) return { reason: 'above', limit: above };
  if (most !== undefined && value > most) return { reason: 'most', limit: most };
  if (below !== undefined && value >= below) return { reason: 'below', limit: below };
  return null;
}

/** The shortest text that reads as `value` again; small numbers as `1e-5`. */
export function writeNumber(value: number): string {
  return String(value);
}

/** The number `count` steps up (or down, if negative), or `value` itself where the limits end. */
export function stepNumber(value: number, count: number, steps: NumberSteps, limits: NumberLimits = {}): number {
  const next = steps === 'decades' ? alongDecades(value, count) : rounded(value + count * steps.by);
  const inside = Math.min(limits.most ?? next, Math.max(limits.least ?? next, next));
  return exceeded(inside, limits) === null ? inside : value;
}

const MANTISSAS = [1, 2, 5] as const;

function alongDecades(value: number, count: number): number {
  if (!(value > 0)) return value;
  const decade = Math.floor(Math.log10(value) + 1e-12);
  const mantissa = value / 10 ** decade;
  const near = MANTISSAS.findIndex((one) => Math.abs(one - mantissa) < 1e-9);
  // Between two of them, the first step goes to the nearest in its direction.
  const below = MANTISSAS.findLastIndex((one) => one <= mantissa + 1e-9);
  const place = 3 * decade + (near >= 0 ? near : count > 0 ? below : below + 1) + count;
  return rounded((MANTISSAS[((place % 3) + 3) % 3] as number) * 10 ** Math.floor(place / 3));
}

/** Without what binary fractions add, such as the last digits of 0.1 + 0.2. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
