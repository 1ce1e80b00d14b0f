const DELIMITERS = [';', '\t', '|', ','] as const;

/**
 * What to say when rows of a file look as if they were separated by another delimiter: `fields` is the first row as it was cut, `rows` are others. Undefined
 * when they do not look so.
 */
export function delimiterHint(
  fields: readonly string[],
  rows: readonly (readonly string[])[],
  delimiter: string,
): string | undefined {
  const whole = [fields, ...rows].map((row) => row.join(delimiter));
  const [first = '', ...others] = whole;
  const other = DELIMITERS.find(
    (mark) => mark !== delimiter && first.includes(mark) && count(first, mark) >= fields.length,
  );
  if (other === undefined) return undefined;
  const values = others.flatMap((row) => row.split(other));
  const isDecimalComma = other !== ',' && values.some((value) => /^\s*"?[+-]?[\d.]*,\d+"?\s*$/.test(value));
  const decimal = isDecimalComma ? " and decimal: ','" : '';
  const fits = others.length === 0 || others.every((row) => count(row, other) === count(first, other));
  const start = `the first row looks as if its fields were separated by ${JSON.stringify(other)}`;
  return fits ? `${start}: pass delimiter: ${JSON.stringify(other)}${decimal}` : undefined;
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}
