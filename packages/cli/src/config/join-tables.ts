import { type Column, DataFormatError, type Table } from '@descent/datasets';

/**
 * The rows of two tables, one after another, with the columns of `a` that are wanted (all by default).
 * @throws DataFormatError when `b` lacks such a column, or has other values in it: text where `a` has numbers.
 */
export function joinTables(a: Table, b: Table, target: string, wanted: readonly string[] | undefined): Table {
  const used = a.columns.filter(({ name }) => name === target || (wanted?.includes(name) ?? true));
  return { name: a.name, length: a.length + b.length, columns: used.map((column) => joined(column, b, target)) };
}

function joined(first: Column, { name: file, columns }: Table, target: string): Column {
  const { name } = first;
  const second = columns.find((column) => column.name === name);
  if (second === undefined) {
    throw new DataFormatError('the test data lack a column of the training data', {
      file,
      received: columns.map((column) => column.name).join(', '),
      expected: name,
    });
  }
  const missing = first.missing + second.missing;
  if (first.type === 'int32' && second.type === 'int32') {
    return { name, type: 'int32', missing: 0, data: concatenated(Int32Array, first.data, second.data) };
  }
  if (isNumeric(first) && isNumeric(second)) {
    return { name, type: 'float64', missing, data: concatenated(Float64Array, first.data, second.data) };
  }
  if (first.type === 'string' && second.type === 'string') {
    return { name, type: 'string', missing, data: [...first.data, ...second.data] };
  }
  if (first.type === 'boolean' && second.type === 'boolean') {
    return { name, type: 'boolean', missing, data: [...first.data, ...second.data] };
  }
  const shown = JSON.stringify(name);
  const odd =
    second.type === 'string' ? second.data.find((value) => value !== null && Number.isNaN(Number(value))) : undefined;
  const asText = `types: { ${shown}: "string" }${name === target ? '' : ` and oneHot: [${shown}]`}`;
  const correction =
    odd === undefined || odd === null ? '' : `correct it, or name it in missingTexts: [${JSON.stringify(odd)}]; `;
  throw new DataFormatError(`the column ${shown} has other values than in the training data`, {
    file,
    received: odd === undefined || odd === null ? second.type : `the text ${JSON.stringify(odd)}`,
    expected: first.type,
    fix: `${correction}for ${name === target ? 'classes' : 'categories'}, take it as text in both files: ${asText}`,
  });
}

function isNumeric(column: Column): column is Column & { readonly type: 'int32' | 'float64' } {
  return column.type === 'int32' || column.type === 'float64';
}

function concatenated<T extends Int32Array | Float64Array>(
  Kind: new (length: number) => T,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): T {
  const both = new Kind(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
