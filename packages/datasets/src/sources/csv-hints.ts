import { DataFormatError } from '../errors.ts';

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

/** What to say when the first row looks like a line about the file. */
export function commentHint(
  [first = '']: readonly string[],
  { comment }: { readonly comment?: string | undefined },
): string | undefined {
  const mark = /^(#|%|\/\/)/.exec(first)?.[0];
  return mark === undefined || comment !== undefined
    ? undefined
    : `the first line looks like a comment: pass comment: ${JSON.stringify(mark)}`;
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}

const SEPARATOR_LINE = /^sep=(.)\r?\n/;

/**
 * The text without the line `sep=;` that Excel writes and reads as the first of a file, and `onLine` when there was one.
 * @throws DataFormatError when the line names another delimiter than the options do.
 */
export async function* withoutSeparatorLine(
  text: AsyncIterable<string>,
  { delimiter, name }: { readonly delimiter: string; readonly name: string },
  onLine: () => void,
): AsyncGenerator<string, void> {
  let start: string | undefined = '';
  for await (const piece of text) {
    if (start === undefined) {
      yield piece;
      continue;
    }
    start += piece;
    if (start.length < 'sep=;\r\n'.length) continue;
    yield cut(start);
    start = undefined;
  }
  if (start !== undefined && start !== '') yield cut(start);

  function cut(first: string): string {
    const match = SEPARATOR_LINE.exec(first);
    if (match === null) return first;
    if (match[1] !== delimiter) {
      throw new DataFormatError('the file names its delimiter, which is another', {
        file: name,
        line: 1,
        received: `${JSON.stringify(match[0].trimEnd())}, but fields are read as separated by ${JSON.stringify(delimiter)}`,
        expected: 'one delimiter',
        fix: `pass delimiter: ${JSON.stringify(match[1])}`,
      });
    }
    onLine();
    return first.slice(match[0].length);
  }
}
