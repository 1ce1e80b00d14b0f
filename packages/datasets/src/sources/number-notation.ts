/** How numbers are written in a file. */
export interface Notation {
  readonly decimal: '.' | ',';
  /** The mark between groups of three digits; of two above the thousands, where it is a comma. */
  readonly thousands?: Thousands | undefined;
}

/** A space stands for the spaces of print too (U+00A0, U+2009, U+202F), an apostrophe for the curly one. */
export type Thousands = '.' | ',' | ' ' | "'" | '_';

export const THOUSANDS: Readonly<Record<Thousands, string>> = {
  '.': '\\.',
  ',': ',',
  ' ': '[ \\u00a0\\u2009\\u202f]',
  "'": "['\\u2019]",
  _: '_',
};

/** Digits and any marks between them, perhaps with an exponent: what may be a number in some notation. */
export const LIKE_A_NUMBER: RegExp = /^[+-]?\d*(?:[.,'’_ \u00a0\u2009\u202f]\d+)+(?:[eE][+-]?\d+)?$/;

/**
 * A function that writes a number of this notation with a point and without groups, as JavaScript reads it. It gives undefined for a text that looks like a
 * number but breaks the notation, such as `1.23` with groups by points, and any other text as it is.
 */
export function plainNumbers({ decimal, thousands }: Notation): (text: string) => string | undefined {
  if (decimal === '.' && thousands === undefined) return (text) => text;
  const mark = decimal === ',' ? ',' : '\\.';
  const group = thousands === undefined ? undefined : THOUSANDS[thousands];
  // India groups by two digits above the thousands: 12,34,567.
  const lakhs = thousands === ',' ? `[1-9]\\d?(?:${group}\\d{2})+${group}\\d{3}|` : '';
  const whole = group === undefined ? '\\d+' : `[1-9]\\d{0,2}(?:${group}\\d{3})+|${lakhs}\\d+`;
  const number = new RegExp(`^([+-]?)(?:(${whole})(?:${mark}(\\d*))?|${mark}(\\d+))([eE][+-]?\\d+)?$`);
  const groups = group === undefined ? undefined : new RegExp(group, 'g');
  return (text) => {
    const match = number.exec(text);
    if (match === null) return LIKE_A_NUMBER.test(text) ? undefined : text;
    const [, sign = '', integer, fraction, onlyFraction, exponent = ''] = match;
    const digits = integer === undefined ? '' : groups === undefined ? integer : integer.replace(groups, '');
    const decimals = fraction ?? onlyFraction;
    return `${sign}${digits}${decimals === undefined ? '' : `.${decimals}`}${exponent}`;
  };
}

/** Notations that files are written in, the likelier first. */
const NOTATIONS: readonly Notation[] = [
  { decimal: ',' },
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: ',' },
  { decimal: '.', thousands: ' ' },
  { decimal: ',', thousands: ' ' },
  { decimal: '.', thousands: "'" },
  { decimal: ',', thousands: "'" },
  { decimal: '.', thousands: '_' },
  { decimal: '.' },
];

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The notation in which all texts are numbers, as options: `decimal: ',', thousands: '.'`; undefined when there is none. */
export function notationOf(texts: readonly string[]): string | undefined {
  // Digits alone are numbers in every notation.
  if (texts.every((text) => /^[+-]?\d+(?:[eE][+-]?\d+)?$/.test(text))) return undefined;
  if (texts.every((text) => /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/.test(text))) {
    return `thousands: ',' (or decimal: ',' where ${texts[0]} is ${texts[0]?.replace(',', '.')})`;
  }
  const found = NOTATIONS.find((notation) => {
    const plain = plainNumbers(notation);
    return texts.every((text) => PLAIN.test(plain(text) ?? ''));
  });
  return found === undefined ? undefined : describeNotation(found);
}

export function describeNotation({ decimal, thousands }: Notation): string {
  const mark = `decimal: '${decimal}'`;
  if (thousands === undefined) return mark;
  const groups = `thousands: ${thousands === "'" ? `"'"` : `'${thousands}'`}`;
  return decimal === '.' ? groups : `${mark}, ${groups}`;
}
