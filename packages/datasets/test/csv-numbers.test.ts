import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvOptions, csvRows, readCsv, tableDataset } from '../src/public/index.ts';
import { rejection } from './helpers.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function column(values: readonly string[], options: CsvOptions): Promise<unknown> {
  const text = ['n', ...values].map((value) => `"${value}"`).join('\n');
  const { columns } = await readCsv(bytes(text), { delimiter: ';', ...options });
  return Array.from(columns[0]?.data as ArrayLike<unknown>);
}

async function rows(text: string | Uint8Array): Promise<{ line: number; fields: readonly string[] }[]> {
  const all: { line: number; fields: readonly string[] }[] = [];
  for await (const row of csvRows(typeof text === 'string' ? bytes(text) : text)) all.push(row);
  return all;
}

describe('line ends', () => {
  test.each([
    ['a,b\r\n1,2\n3,4\n'],
    ['a,b\n1,2\r\n3,4\r\n'],
    ['a,b\r1,2\n3,4\r\n'],
    ['a,b\r\n1,2\r3,4\r'],
    ['\ufeffa,b\n1,2\r3,4'],
  ])('%j has three rows', async (text) => {
    expect(await rows(text)).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['1', '2'] },
      { line: 3, fields: ['3', '4'] },
    ]);
    expect((await readCsv(bytes(text))).columns.map(({ type, data }) => [type, ...(data as Int32Array)])).toEqual([
      ['int32', 1, 3],
      ['int32', 2, 4],
    ]);
  });

  test('in quotes are part of the field, and are counted once', async () => {
    expect(await rows('a,b\r\n"x\r\ny",2\n"x\ny",3\r"x\ry",4\n5,6')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['x\r\ny', '2'] },
      { line: 5, fields: ['x\ny', '3'] },
      { line: 7, fields: ['x\ry', '4'] },
      { line: 8, fields: ['5', '6'] },
    ]);
    const error = await rejection(readCsv(bytes('# c\r\na,b\r\n"x\r\ny",2\r\n\r\n5\n'), { comment: '#' }));
    expect(error).toMatchObject({ line: 6 });
  });

  test('of any mix, wherever the pieces of a file are cut', async () => {
    const end = fc.constantFrom('\n', '\r\n', '\r', '\r\n\r\n', '\n\n');
    const cell = fc.constantFrom('1', '"a\r\nb"', '"a\rb"', '"say ""x"""', 'é', '""');
    const row = fc.tuple(cell, cell, end);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0, 1, 2, 3, 4),
        async (table, short) => {
          const body = table.map(([a, b, e]) => `${a},${b}${e}`).join('');
          // A first field that ends a few bytes before the pieces of 64 KiB are cut.
          const head = `${'h'.repeat(65_536 - short)},h\n`;
          const unquoted = (text: string): string =>
            text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
          expect((await rows(body)).map(({ fields }) => fields)).toEqual(
            table.map(([a, b]) => [unquoted(a), unquoted(b)]),
          );
          expect((await rows(head + body)).slice(1).map(({ fields }) => fields)).toEqual(
            table.map(([a, b]) => [unquoted(a), unquoted(b)]),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('numbers', () => {
  test.each([
    ['1,5E-03 | ,5 | 5, | -1,25e+2 | 7', { decimal: ',' }, [0.0015, 0.5, 5, -125, 7]],
    [
      '1.234,5 | -1.234.567 | 12,5 | 1234 | 0,001',
      { decimal: ',', thousands: '.' },
      [1234.5, -1234567, 12.5, 1234, 0.001],
    ],
    ['1,234.5 | 1,234,567 | .5 | 1,000e2', { thousands: ',' }, [1234.5, 1234567, 0.5, 100_000]],
    ['1 234,5 | 12\u00a0345 | 1\u202f234\u2009567', { decimal: ',', thousands: ' ' }, [1234.5, 12345, 1234567]],
    ["1'234.5 | 12\u2019345", { thousands: "'" }, [1234.5, 12345]],
    ['1_000 | 2', { thousands: '_' }, [1000, 2]],
    ['1.234 | 5', { decimal: ',', thousands: '.' }, [1234, 5]],
  ] as const)('%s with %j', async (texts, options, expected) => {
    expect(await column(texts.split(' | '), options)).toEqual(expected);
  });

  test('keep digits: identifiers with groups stay text as they stand', async () => {
    expect(await column(['12.345.678.901.234.567', '1'], { decimal: ',', thousands: '.' })).toEqual([
      '12.345.678.901.234.567',
      '1',
    ]);
    expect(await column(['12.05.2024', '01.06.2024'], { decimal: ',', thousands: '.' })).toEqual([
      '12.05.2024',
      '01.06.2024',
    ]);
  });

  test.each([
    ['1.23', { decimal: ',', thousands: '.' }],
    ['1.2345', { decimal: ',', thousands: '.' }],
    ['1234.567', { decimal: ',', thousands: '.' }],
    ['1..234', { decimal: ',', thousands: '.' }],
    ['0.123', { decimal: ',', thousands: '.' }],
    ['1,234,5', { decimal: ',', thousands: '.' }],
    ['1.5', { decimal: ',' }],
    ['12,345,67', { thousands: ',' }],
    ['1,23', { thousands: ',' }],
    ['1 23', { thousands: ' ' }],
    ['1,234 567', { thousands: ' ' }],
  ] as const)('%s with %j is refused among numbers, or stays text', async (text, options) => {
    const result = await column(['5', text, '7'], options).catch((error: unknown) => error);
    if (Array.isArray(result)) {
      // Two marks in a row are no number in any notation.
      expect([text, result]).toEqual(['1..234', ['5', '1..234', '7']]);
      return;
    }
    expect(result).toMatchObject({ name: 'DataFormatError', line: 3 });
    expect((result as Error).message).toContain(`written otherwise than the options say\n  received: "${text}"`);
    const typed = await rejection(
      readCsv(bytes(`n\n"${text}"\n`), { delimiter: ';', types: { n: 'float64' }, ...options }),
    );
    expect(typed.message).toContain(`received: "${text}"`);
    // The advice works, whichever it is.
    const fix = /fix: .*(?:numbers with|the column as text with) (.*)$/.exec((result as Error).message)?.[1] as string;
    const advice = fix.startsWith('types')
      ? { ...options, types: { n: 'string' as const } }
      : (Object.assign({}, ...fix.replace(/ \(.*/, '').split(', ').map(option)) as CsvOptions);
    expect(await column(['5', text, '7'], advice)).toHaveLength(3);
  });

  /** `decimal: ','` as an option. */
  function option(text: string): Record<string, string> {
    const [name = '', mark = ''] = text.split(': ');
    return { [name]: mark.slice(1, -1) };
  }

  test.each([
    [{ decimal: ',', delimiter: undefined }, "pass delimiter: ';'"],
    [{ decimal: ',', thousands: ',' }, "pass { decimal: ',', thousands: '.' }"],
    [{ thousands: '.' }, "for 1,234.5 { thousands: ',' }"],
    [{ thousands: "'", quote: "'" }, 'name the quote of the file'],
    [{ thousands: '·' }, 'thousands is the mark between groups'],
    [{ decimal: ';' }, 'decimal is the mark before decimals'],
    [{ delimiter: 5 }, 'delimiter is a text'],
    [{ quote: null }, 'quote is a character'],
    [{ missing: 'NA' }, 'missing lists texts'],
    [{ header: 'a' }, 'header is a switch, or names'],
    [{ types: { n: 'int' } }, 'types.n is no type of a column\n  received: "int"'],
    [{ toString: 1 }, "no option 'toString'"],
  ])('%j is refused', async (options, message) => {
    const all = { delimiter: ';', ...options } as CsvOptions;
    expect((await rejection(readCsv(bytes('n\n1\n'), all))).message).toContain(message);
  });

  test('of an English file in quotes go with commas between fields', async () => {
    const { columns } = await readCsv(bytes('a,b\n"1,234",2\n"5,678.5",3\n'), { thousands: ',' });
    expect(columns.map(({ data }) => [...(data as Float64Array)])).toEqual([
      [1234, 5678.5],
      [2, 3],
    ]);
    const german = await readCsv(bytes('a,b\n"1,5",2\n'), { decimal: ',', delimiter: ',' });
    expect(german.columns.map(({ data }) => [...(data as Float64Array)])).toEqual([[1.5], [2]]);
  });
});

describe('a German file', () => {
  const text = 'wing;colour;kind\n1.012,5;red;robin\n12;black;crow\n';
  const options = { delimiter: ';', decimal: ',', thousands: '.' } as const;

  test('is refused with the names of the options, which then read it', async () => {
    const error = await rejection(readCsv(bytes(text), { name: 'birds.csv' }));
    expect(error.message).toContain('birds.csv line 2: the row has another number of fields than the first');
    expect(error.message).toContain(`pass delimiter: ";" and decimal: ','`);
    // As told, one option after the other.
    const second = await rejection(readCsv(bytes(text), { delimiter: ';', decimal: ',' }));
    expect(second.message).toContain("all values of the column are numbers with decimal: ',', thousands: '.'");
    const birds = tableDataset(await readCsv(bytes(text), options), { target: 'kind', oneHot: ['colour'] });
    expect([...birds.x.data]).toEqual([1012.5, 0, 1, 12, 1, 0]);
  });

  test('of whole numbers, or read without decimal commas, is refused where it is used', async () => {
    const whole = await readCsv(bytes('wing;kind\n1;robin\n2;crow\n'));
    expect(() => tableDataset(whole, { target: 'kind' })).toThrow('pass delimiter: ";"');
    const texts = await readCsv(bytes('wing;kind\n1,5;robin\n1.012,5;crow\n'), { delimiter: ';' });
    expect(() => tableDataset(texts, { target: 'kind' })).toThrow("decimal: ',', thousands: '.'");
    const prices = await readCsv(bytes('x;price\n1;1.012,5\n2;3\n'), { delimiter: ';' });
    expect(() => tableDataset(prices, { target: 'price', task: 'regression' })).toThrow("decimal: ',', thousands: '.'");
    const thousands = await readCsv(bytes('n,kind\n"1,234",a\n"5,678",b\n'));
    expect(() => tableDataset(thousands, { target: 'kind' })).toThrow(
      "thousands: ',' (or decimal: ',' where 1,234 is 1.234)",
    );
    const odd = await readCsv(bytes('n,kind\n1,a\n?,b\n3,c\n'));
    expect(() => tableDataset(odd, { target: 'kind' })).toThrow('most values are numbers, but not "?"');
    expect(await readCsv(bytes('n,kind\n1,a\n?,b\n3,c\n'), { missing: ['?'] })).toMatchObject({
      columns: [{ type: 'float64' }, {}],
    });
  });

  test.each([
    ['a\tb\n1\t2\n', '"\\t"'],
    ['a|b\n1|2\n', '"|"'],
  ])('%j names its delimiter', async (tabs, mark) => {
    const table = await readCsv(bytes(tabs));
    expect(() => tableDataset(table, { target: 'b' })).toThrow(`pass delimiter: ${mark}`);
  });
});
