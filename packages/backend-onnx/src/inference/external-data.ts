import { create, toBinary } from '@bufbuild/protobuf';
import { containsText, freeMemory } from '#files';
import { LARGEST_INLINE, type ModelBytes, placeBeside } from '../model/constants.ts';
import { elementName } from '../model/element-names.ts';
import {
  TensorProto_DataLocation as DataLocation,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
} from '../proto/onnx-pb.ts';
import { type DataFile, type DataSource, refused } from './data-source.ts';
import { modelTensors, type StoredTensor } from './model-tensors.ts';
import { byteSize, MAX_TENSOR } from './tensor-size.ts';

/**
 * Reads everything that `model` stores in other files, through `source`, so that ONNX Runtime never opens one. `bytes` are those that
 * `model` was parsed from; they are given back as they are when nothing in them can name a file and `model` was not changed since.
 * @throws BackendError naming the model, the tensor and the file when one is missing, too short, or not where it may be read.
 */
export async function containData(
  model: ModelProto,
  bytes: Uint8Array,
  path: string,
  source: DataSource,
  isChanged = false,
): Promise<ModelBytes> {
  // ONNX Runtime parses the bytes once more. Where the word does not occur, no parser can find a file name.
  if (!isChanged && !containsText(bytes, 'location')) {
    return { bytes, externalData: [] };
  }
  const { ranges, contents } = await readAll(model, path, source);
  const externalData: { path: string; data: Uint8Array }[] = [];
  const names = new Map<Uint8Array, string>();
  for (const range of ranges) {
    const { tensor, main } = range.stored;
    const data = contents.get(keyOf(range)) as Uint8Array;
    if (!main || data.length <= LARGEST_INLINE) {
      tensor.rawData = data;
      continue;
    }
    let name = names.get(data);
    if (name === undefined) {
      name = placeBeside(externalData.length);
      names.set(data, name);
      externalData.push({ path: name, data });
    }
    tensor.dataLocation = DataLocation.EXTERNAL;
    tensor.externalData = [entry('location', name), entry('offset', '0'), entry('length', `${data.length}`)];
  }
  return { bytes: toBinary(ModelProtoSchema, model, { writeUnknownFields: false }), externalData };
}

/** Puts everything that `model` stores in other files into the model itself. Throws as `containData` does. */
export async function inlineData(model: ModelProto, path: string, source: DataSource): Promise<void> {
  const { ranges, contents } = await readAll(model, path, source);
  for (const range of ranges) range.stored.tensor.rawData = contents.get(keyOf(range)) as Uint8Array;
}

interface ReadData {
  readonly ranges: readonly Range[];
  /** By `keyOf` their ranges. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

/** What stands in other files. Afterwards no tensor of `model` names a file. */
async function readAll(model: ModelProto, path: string, source: DataSource): Promise<ReadData> {
  const tensors = modelTensors(model);
  const wanted = tensors.filter(({ tensor }) => tensor.dataLocation === DataLocation.EXTERNAL);
  const ranges = wanted.map((stored) => rangeOf(stored, path));
  const contents = await readRanges(ranges, path, source);
  for (const { tensor } of tensors) {
    tensor.externalData = [];
    tensor.dataLocation = DataLocation.DEFAULT;
  }
  return { ranges, contents };
}

function entry(key: string, value: string): ReturnType<typeof create<typeof StringStringEntryProtoSchema>> {
  return create(StringStringEntryProtoSchema, { key, value });
}

interface Range {
  readonly stored: StoredTensor;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

function keyOf({ location, offset, length }: Range): string {
  return `${offset} ${length} ${location}`;
}

/** Where a tensor's bytes are, by its own words and its shape. */
function rangeOf(stored: StoredTensor, path: string): Range {
  const { tensor, place } = stored;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const refuse = (received: string, expected: string): never => {
    throw refused("the model does not say properly where a tensor's data are", {
      path,
      received: `${place} with ${received}`,
      expected,
      fix: 'export the model again; the file is damaged or was not written by an ONNX exporter',
    });
  };
  const location = entries.get('location');
  if (location === undefined || entries.size !== tensor.externalData.length) {
    return refuse(`entries ${tensor.externalData.map((e) => e.key).join(', ') || '(none)'}`, "one 'location'");
  }
  const length = byteSize(tensor);
  if (length === undefined) {
    return refuse(
      `element type ${elementName(tensor.dataType)} and shape [${tensor.dims.join(', ')}]`,
      `numbers, at most ${MAX_TENSOR} bytes`,
    );
  }
  const said = entries.get('length') ?? `${length}`;
  if (!/^\d{1,16}$/.test(said) || Number(said) !== length) {
    return refuse(`length '${said}'`, `${length} bytes for its element type and shape`);
  }
  const offset = entries.get('offset') ?? '0';
  if (!/^\d{1,16}$/.test(offset) || !Number.isSafeInteger(Number(offset) + length)) {
    return refuse(`offset '${offset}'`, 'a number of bytes');
  }
  return { stored, location, offset: Number(offset), length };
}

/** Reads each range once, however many tensors share it. */
async function readRanges(
  ranges: readonly Range[],
  path: string,
  source: DataSource,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const [location, own] of groupBy(ranges, (r) => r.location)) {
    const unique = [...new Map(own.map((r) => [keyOf(r), r])).values()];
    const file = await source.open(location, (unique[0] as Range).stored.place);
    try {
      expectWithin(unique, file, path);
      for (const r of unique) contents.set(keyOf(r), await file.read(r.offset, r.length));
    } finally {
      await file.close();
    }
  }
  return contents;
}

/** Every range lies in the file, and together they are no larger than it: else a small file could ask for all memory. */
function expectWithin(ranges: readonly Range[], { size }: DataFile, path: string): void {
  const details = { path, fix: 'copy or export the model again, both files together' };
  for (const { stored, location, offset, length } of ranges) {
    if (offset + length <= size) continue;
    throw refused("a file that holds the model's weights is too short", {
      ...details,
      received: `'${location}' of ${size} bytes`,
      expected: `${offset + length} bytes at least, for ${stored.place}`,
    });
  }
  const total = ranges.reduce((sum, r) => sum + r.length, 0);
  const location = ranges[0]?.location;
  if (total > size) {
    throw refused("the model's tensors overlap in their file", {
      ...details,
      received: `${total} bytes of tensors in '${location}' of ${size} bytes`,
      expected: 'each byte used by one tensor, or by several that are equal',
    });
  }
  const free = freeMemory();
  if (total > free) {
    throw refused("the model's weights do not fit into memory", {
      path,
      received: `${total} bytes in '${location}'`,
      expected: `at most the ${free} bytes that are free`,
      fix: 'use a machine with more memory',
    });
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
