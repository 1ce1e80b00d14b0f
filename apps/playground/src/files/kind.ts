/** What a file is by its first bytes, whatever its name says. */
export type FileKind = 'zip' | 'json' | 'safetensors' | 'onnx';

/** `null` for what none of these begins with. */
export function kindOf(bytes: Uint8Array): FileKind | null {
  const [first = 0, second = 0, third, fourth] = bytes;
  // "PK", and a member or the end of an archive without any.
  if (first === 0x50 && second === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6)))
    return 'zip';
  if (isSafetensors(bytes)) return 'safetensors';
  if (firstCharacter(bytes) === '{') return 'json';
  // The fields of a ModelProto that a file can begin with, by number and wire type: the version of the format, names, the graph.
  return bytes.length > 8 && ONNX_STARTS.includes(first) ? 'onnx' : null;
}

const ONNX_STARTS: readonly number[] = [0x08, 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42];

/** A length of eight bytes, and a header of that length in JSON. */
function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  return length >= 2n && length <= BigInt(bytes.length - 8) && bytes[8] === 0x7b;
}

/** The first that is no space, behind a byte order mark. */
function firstCharacter(bytes: Uint8Array): string | undefined {
  return new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart()[0];
}
