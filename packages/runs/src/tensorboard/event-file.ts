import { appendFileSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { fileError, makeFolderSync } from '@descent/files';
import { record } from './records.ts';

// Field numbers of TensorFlow's event.proto and summary.proto.
export const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SESSION = { status: 1, start: 1 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** Appends scalars to a file that TensorBoard reads. */
export interface EventFile {
  readonly path: string;
  write(step: number, scalars: Readonly<Record<string, number>>): void;
}

/** The names of event files; the number is that of seconds, and readers go through the files by name. */
export const EVENT_FILE: RegExp = /^events\.out\.tfevents\.(\d+)\./;

/**
 * Makes a new event file in `folder`. TensorBoard shows all of a folder's files as one run; where there are some already, this one begins with a mark that what
 * they hold of its first step and later ones is not to be shown any more.
 */
export function createEventFile(folder: string, now: () => number = Date.now): EventFile {
  let latest = now();
  /** TensorBoard draws by time as well: a clock that was set back must not make a run go backwards. */
  const time = (): number => {
    latest = Math.max(latest, now());
    return latest;
  };
  const before = Math.max(-1, ...stampsIn(folder));
  // After all others by name, too, when the clock was set back.
  const stamp = Math.max(Math.floor(latest / 1000), before + 1);
  let marks = before >= 0;
  const path = join(folder, `events.out.tfevents.${String(stamp).padStart(10, '0')}.${hostname()}.${process.pid}`);
  const append = (event: BinaryWriter): void => {
    try {
      makeFolderSync(folder);
      appendFileSync(path, record(event.finish()));
    } catch (cause) {
      throw fileError('the events cannot be written', path, cause);
    }
  };
  append(newEvent(time()).tag(EVENT.fileVersion, WireType.LengthDelimited).string('brain.Event:2'));
  return {
    path,
    write(step, scalars) {
      if (marks) append(sessionStart(newEvent(time()).tag(EVENT.step, WireType.Varint).int64(step)));
      marks = false;
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

function sessionStart(event: BinaryWriter): BinaryWriter {
  const status = new BinaryWriter().tag(SESSION.status, WireType.Varint).int32(SESSION.start);
  return event.tag(EVENT.sessionLog, WireType.LengthDelimited).bytes(status.finish());
}

function stampsIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const stamp = EVENT_FILE.exec(name)?.[1];
      return stamp === undefined ? [] : [Number(stamp)];
    });
  } catch {
    // There is no folder yet, or it cannot be written either, which is told then.
    return [];
  }
}

function newEvent(now: number): BinaryWriter {
  return new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(now / 1000);
}
