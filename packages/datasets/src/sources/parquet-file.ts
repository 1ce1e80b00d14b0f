import { type FileMetaData, parquetMetadata, type SchemaElement } from 'hyparquet';
import { DataFormatError, reason } from '../errors.ts';
import type { PhysicalType } from './parquet-values.ts';
import { thriftEnd } from './thrift-check.ts';

/** A column that a table can hold. */
export interface ReadColumn {
  readonly name: string;
  readonly type: PhysicalType;
  readonly unsigned: boolean;
  readonly optional: boolean;
}

const MAGIC = 0x31524150;

/** The description at the end of the file. Throws a DataFormatError unless it is whole and agrees with itself. */
export function readMetadata(bytes: Uint8Array, file: string): FileMetaData {
  const damaged = (offset: number, received: string, cause?: unknown): DataFormatError =>
    new DataFormatError('this is no complete Parquet file', {
      file,
      offset,
      received,
      expected: 'PAR1, the data, a description of them, and PAR1',
      fix: 'write the file again, or fetch it again',
      cause,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 8;
  if (end < 4 || view.getUint32(0, true) !== MAGIC || view.getUint32(end + 4, true) !== MAGIC) {
    throw damaged(0, `${bytes.length} bytes without PAR1 at both ends`);
  }
  const start = end - view.getUint32(end, true);
  if (start < 4) throw damaged(end, `a description of ${end - start} bytes`);
  if (thriftEnd(bytes.subarray(0, end), start) === undefined) throw damaged(start, 'a description that cannot be read');
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(bytes.subarray(start), { geoparquet: false });
  } catch (cause) {
    throw damaged(start, reason(cause), cause);
  }
  // What the description says of itself may be of any type; from here on it is what its types say.
  const odd = metadata.schema.find(
    ({ name, num_children: children }) => typeof name !== 'string' || (children !== undefined && !isCount(children)),
  );
  if (odd !== undefined)
    throw damaged(start, `a column named ${String(odd.name)} of ${String(odd.num_children)} columns`);
  const rows = metadata.row_groups.map((group) => Number(group.num_rows));
  const sum = rows.reduce((a, b) => a + b, 0);
  if (metadata.schema.length === 0 || sum !== Number(metadata.num_rows) || rows.some((count) => !(count >= 0))) {
    throw damaged(start, `${metadata.num_rows} rows, but groups of ${sum}`);
  }
  return metadata;
}

/** A length or number of values; a damaged file may hold a bigint, text or nothing in its place. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** The columns, without those inside others, which may have the same names. */
export function topLevel(schema: readonly SchemaElement[], file: string): SchemaElement[] {
  const columns: SchemaElement[] = [];
  let inside = 0;
  for (const element of schema.slice(1)) {
    const children = element.num_children ?? 0;
    if (inside === 0) columns.push(element);
    else inside -= 1;
    if (children < 0 || children > schema.length) throw unsupported(file, element.name, `${children} columns inside`);
    inside += children;
  }
  return columns;
}

const TEXT: readonly (string | undefined)[] = ['UTF8', 'ENUM', 'JSON'];
const UNSIGNED: readonly (string | undefined)[] = ['UINT_8', 'UINT_16', 'UINT_32', 'UINT_64'];
const SIGNED: readonly (string | undefined)[] = [undefined, 'INT_8', 'INT_16', 'INT_32', 'INT_64'];

export function describeColumn(element: SchemaElement, file: string): ReadColumn {
  const { name, type, converted_type: converted, repetition_type: repetition, logical_type: logical } = element;
  if (type === undefined || element.num_children !== undefined || repetition === 'REPEATED') {
    throw unsupported(file, name, 'it is nested', 'write what is inside as columns of their own');
  }
  const text = type === 'BYTE_ARRAY' && (TEXT.includes(converted) || logical?.type === 'STRING');
  const number =
    (type === 'BOOLEAN' || type === 'FLOAT' || type === 'DOUBLE' || type === 'INT32' || type === 'INT64') &&
    (SIGNED.includes(converted) || UNSIGNED.includes(converted)) &&
    (logical === undefined || logical.type === 'INTEGER');
  if (!text && !number) {
    throw unsupported(
      file,
      name,
      `its type is ${[type, converted, logical?.type].filter((part) => part !== undefined).join(' ')}`,
    );
  }
  return {
    name,
    type,
    unsigned: UNSIGNED.includes(converted) || (logical?.type === 'INTEGER' && !logical.isSigned),
    optional: repetition === 'OPTIONAL',
  };
}

export function unsupported(file: string, column: string, received: string, way?: string): DataFormatError {
  return new DataFormatError(`column ${JSON.stringify(column)} of the Parquet file cannot be read`, {
    file,
    received,
    expected: 'flat columns of numbers, true and false, or text',
    fix: `name the other columns with columns: [...], or ${way ?? 'write this one as a number or text'}`,
  });
}
