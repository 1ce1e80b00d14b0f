import { type Column, DataFormatError, type Table } from '@descent/datasets';

/**
 * The rows of two tables with the same columns, one after another; columns of `b` that `a` lacks are left out.
 * @throws DataFormatError when `b` lacks a column of `a`, or has other values in it: text where `a` has numbers.
 */
export function joinTables(a: Table, b: Table): Table {
  return { name: a.name, length: a.length + b.length, columns: a.columns.map((column) => joined(column, b)) };
}

function joined(first: Column, { name: file, columns }: Table): Column {
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
  throw new DataFormatError(`the column ${JSON.stringify(name)} has other values than in the training data`, {
    file,
    received: second.type,
    expected: first.type,
    fix: `name its type, such as types: { ${JSON.stringify(name)}: "string" }`,
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
