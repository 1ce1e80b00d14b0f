// Protobuf's wire format (protobuf.dev/programming-guides/encoding), as far as writing a model needs it. The library that reads models describes every
// message at run time: two thirds of what a page would load of this package.

// Kinds of values, the lowest three bits of a tag.
const VARINT = 0;
const BYTES = 2;
const FIXED_32 = 5;

const UTF_8 = new TextEncoder();

/** Bytes of memory that are asked for at a time. */
const ROOM = 2 ** 16;
/** Longer values are copied once, when all is written. */
const LONG = 2 ** 12;

/** The bytes of the message whose fields `write` writes, last ones first. */
export function written(write: (to: MessageWriter) => void): Uint8Array {
  const to = new MessageWriter();
  write(to);
  return to.finish();
}

/** Calls `write` with each of `items`, last ones first. */
export function backwards<T>(items: readonly T[], write: (item: T) => void): void {
  for (let i = items.length - 1; i >= 0; i--) write(items[i] as T);
}

/** Writes a message from its end: the length of each message in it stands in front of it, and is known when its fields are written. */
export class MessageWriter {
  /** What is written, but for that in the room, last ones first. */
  readonly #done: Uint8Array[] = [];
  #doneSize = 0;
  /** It is filled from its end, down to `#at`. */
  #room = new Uint8Array(ROOM);
  #at = ROOM;
  /** A name stands in a model about four times. */
  readonly #texts = new Map<string, Uint8Array>();

  /** An integer of 64 bits or less; negative ones take ten bytes. */
  int(field: number, value: number | bigint): void {
    this.#varint(value >= 0 && value < 2 ** 31 ? Number(value) : BigInt.asUintN(64, BigInt(value)));
    this.#varint(field * 8 + VARINT);
  }

  float(field: number, value: number): void {
    this.#make(4);
    new DataView(this.#room.buffer).setFloat32(this.#at, value, true);
    this.#varint(field * 8 + FIXED_32);
  }

  text(field: number, value: string): void {
    let encoded = this.#texts.get(value);
    if (encoded === undefined) {
      encoded = UTF_8.encode(value);
      this.#texts.set(value, encoded);
    }
    this.bytes(field, encoded);
  }

  bytes(field: number, value: Uint8Array): void {
    const { length } = value;
    if (length > LONG) {
      this.#put(this.#room.subarray(this.#at));
      this.#put(value);
      this.#room = this.#room.subarray(0, this.#at);
    } else {
      this.#make(length);
      this.#room.set(value, this.#at);
    }
    this.#head(field, length);
  }

  /** A field whose value is a message; `write` writes its fields, last ones first. */
  message(field: number, write: () => void): void {
    const before = this.#size;
    write();
    this.#head(field, this.#size - before);
  }

  finish(): Uint8Array {
    this.#put(this.#room.subarray(this.#at));
    const all = new Uint8Array(this.#doneSize);
    let at = 0;
    backwards(this.#done, (part) => {
      all.set(part, at);
      at += part.length;
    });
    return all;
  }

  get #size(): number {
    return this.#doneSize + this.#room.length - this.#at;
  }

  #put(part: Uint8Array): void {
    this.#done.push(part);
    this.#doneSize += part.length;
  }

  /** Makes room for so many bytes, at `#at`. */
  #make(count: number): void {
    if (this.#at < count) {
      this.#put(this.#room.subarray(this.#at));
      this.#room = new Uint8Array(ROOM);
      this.#at = ROOM;
    }
    this.#at -= count;
  }

  #head(field: number, length: number): void {
    this.#varint(length);
    this.#varint(field * 8 + BYTES);
  }

  /** Seven bits a byte, the lowest first. */
  #varint(value: number | bigint): void {
    let size = 1;
    for (let rest = value; rest > 127; rest = shifted(rest)) size++;
    this.#make(size);
    let rest = value;
    for (let i = 0; i < size - 1; i++, rest = shifted(rest)) this.#room[this.#at + i] = lowest(rest) | 128;
    this.#room[this.#at + size - 1] = lowest(rest);
  }
}

function shifted(value: number | bigint): number | bigint {
  return typeof value === 'bigint' ? value >> 7n : Math.floor(value / 128);
}

function lowest(value: number | bigint): number {
  return Number(typeof value === 'bigint' ? value & 127n : value % 128);
}
