// Rows as people paste them: JSON, JSON lines, or cells with commas, semicolons or tabs between them. Pure.

/**
 * The rows in a text.
 * @param {string} text
 * @param {readonly string[] | undefined} columns Names of the columns, where the model says them.
 * @returns {readonly unknown[]} Each is a list of numbers, or an object by column.
 * @throws Error that says what is wrong, and in which line.
 */
export function rowsOf(text, columns) {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error('There is no row yet.');
  if (/^[[{]/.test(trimmed)) return jsonRows(trimmed);
  const lines = trimmed.split(/\r?\n/).filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  const separator = first.includes('\t') ? '\t' : first.includes(';') ? ';' : ',';
  const cells = lines.map((line) => cellsOf(line, separator));
  const head = cells[0] ?? [];
  const isHead =
    columns !== undefined ? head.some((cell) => columns.includes(cell)) : head.length > 0 && head.every(isName);
  const names = isHead ? head : columns;
  const rows = isHead ? cells.slice(1) : cells;
  if (rows.length === 0) throw new Error('There are names of columns, and no row below them.');
  return rows.map((row, i) => {
    const at = `Line ${i + 1 + Number(isHead)}`;
    if (names !== undefined && row.length !== names.length) {
      throw new Error(
        `${at} has ${row.length} cell${row.length === 1 ? '' : 's'}, and there are ${names.length} columns: ${names.join(', ')}`,
      );
    }
    if (names !== undefined) return Object.fromEntries(names.map((name, k) => [name, cellValue(row[k] ?? '')]));
    const odd = row.find((cell) => typeof cellValue(cell) !== 'number');
    if (odd !== undefined)
      throw new Error(`${at} has '${odd}', which is no number, and nothing says what its columns are called.`);
    return row.map(Number);
  });
}

/** @param {string} text */
function jsonRows(text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2) throw new Error(`This is no JSON: ${error instanceof Error ? error.message : error}`);
    return lines.map((line, i) => {
      try {
        return rowOf(JSON.parse(line), `Line ${i + 1}`);
      } catch (inner) {
        throw new Error(`Line ${i + 1}: ${inner instanceof Error ? inner.message : inner}`);
      }
    });
  }
  const isList =
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object' && one !== null);
  return isList
    ? /** @type {unknown[]} */ (value).map((one, i) => rowOf(one, `Row ${i + 1}`))
    : [rowOf(value, 'The row')];
}

/**
 * @param {unknown} value
 * @param {string} at
 */
function rowOf(value, at) {
  if (typeof value === 'object' && value !== null) return value;
  throw new Error(`${at} is neither a list nor an object.`);
}

/**
 * Cells of a line, where quotes keep separators inside.
 * @param {string} line
 * @param {string} separator
 */
function cellsOf(line, separator) {
  /** @type {string[]} */
  const cells = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? '';
    if (character === '"' && isQuoted && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}

/**
 * A cell as a number where it is one that reads back the same; else as text.
 * @param {string} cell
 */
export function cellValue(cell) {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

/** @param {string} cell */
function isName(cell) {
  return cell !== '' && typeof cellValue(cell) === 'string';
}
