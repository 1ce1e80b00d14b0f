import { appendFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { fileError } from '../file-error.ts';
import { maskedCrc32c } from './crc32c.ts';

// Field numbers of TensorFlow's event.proto and summary.proto.
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** Appends scalars to a file that TensorBoard reads. */
export interface EventFile {
  readonly path: string;
  write(step: number, scalars: Readonly<Record<string, number>>): void;
}

/** Makes a new event file in `folder`; TensorBoard shows all of a folder's files as one run. */
export function createEventFile(folder: string, now: () => number = Date.now): EventFile {
  let latest = now();
  /** TensorBoard draws by time as well: a clock that was set back must not make a run go backwards. */
  const time = (): number => {
    latest = Math.max(latest, now());
    return latest;
  };
  const path = join(folder, `events.out.tfevents.${Math.floor(latest / 1000)}.${hostname()}.${process.pid}`);
  const append = (event: BinaryWriter): void => {
    try {
      mkdirSync(folder, { recursive: true });
      appendFileSync(path, record(event.finish()));
    } catch (cause) {
      throw fileError('the events cannot be written', path, cause);
    }
  };
  append(newEvent(time()).tag(EVENT.fileVersion, WireType.LengthDelimited).string('brain.Event:2'));
  return {
    path,
    write(step, scalars) {
      const summary = new BinaryWriter();
      for (const [tag, value] of Object.entries(scalars)) {
        summary.tag(SUMMARY_VALUE, WireType.LengthDelimited).fork();
        summary.tag(VALUE.tag, WireType.LengthDelimited).string(tag);
        summary.tag(VALUE.simpleValue, WireType.Bit32).float(value);
        summary.join();
      }
      const event = newEvent(time()).tag(EVENT.step, WireType.Varint).int64(step);
      append(event.tag(EVENT.summary, WireType.LengthDelimited).bytes(summary.finish()));
    },
  };
}

function newEvent(now: number): BinaryWriter {
  return new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(now / 1000);
}

/** A TFRecord: the length, its checksum, the data, its checksum. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
