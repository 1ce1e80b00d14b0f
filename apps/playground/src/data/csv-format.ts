/** How a table is written, where that is not as in most CSV files: keys of the config. */
export interface CsvFormat {
  readonly delimiter?: string;
  readonly decimal?: ',';
}

const DELIMITERS = [',', ';', '\t'] as const;

/** How a table is written, by its first lines: fields between the mark that divides most lines in as many parts. */
export function csvFormat(head: string): CsvFormat {
  const lines = head
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/"(?:[^"]|"")*"/g, '""'))
    .filter((line) => line.trim() !== '')
    .slice(0, 20);
  const [first = ''] = lines;
  const parts = (mark: string, line: string): number => line.split(mark).length;
  const score = (mark: string): number => {
    const wanted = parts(mark, first);
    return wanted === 1 ? 0 : lines.filter((line) => parts(mark, line) === wanted).length * wanted;
  };
  const delimiter = DELIMITERS.reduce((best, mark) => (score(mark) > score(best) ? mark : best));
  if (delimiter === ',') return {};
  const fields = lines.slice(1).flatMap((line) => line.split(delimiter).map((field) => field.trim()));
  const hasCommas = fields.some((field) => /^[+-]?\d+,\d+$/.test(field));
  const hasPoints = fields.some((field) => /^[+-]?\d+\.\d+$/.test(field));
  return { delimiter, ...(hasCommas && !hasPoints && { decimal: ',' as const }) };
}
