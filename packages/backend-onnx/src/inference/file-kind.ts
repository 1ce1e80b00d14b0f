/** What a file that is no ONNX model seems to be, by its first bytes, and what to do about it. */
export interface FileKind {
  readonly what: string;
  readonly fix: string;
}

const DOWNLOAD = 'download the model itself; most sites have a link called raw or download for it';
const EXPORT = 'export the model to ONNX, such as with torch.onnx.export';

/** Looked at in this order; `text` is the beginning of the file, one character a byte. */
const KINDS: readonly { readonly matches: (text: string) => boolean; readonly kind: FileKind }[] = [
  {
    matches: (t) => t.startsWith('version https://git-lfs'),
    kind: {
      what: 'a Git LFS pointer, which stands for the file',
      fix: 'run git lfs pull, or download the file behind it',
    },
  },
  {
    matches: (t) => /^\s*<(!doctype|html|head|\?xml)/i.test(t),
    kind: { what: 'a web page', fix: DOWNLOAD },
  },
  {
    matches: (t) => t.startsWith('PK\x03\x04'),
    kind: { what: 'a zip archive, as torch.save writes it', fix: `unpack it, or ${EXPORT}` },
  },
  {
    matches: (t) => t.startsWith('\x80\x02') || t.startsWith('\x80\x04'),
    kind: { what: 'a Python pickle', fix: EXPORT },
  },
  { matches: (t) => t.startsWith('\x1f\x8b'), kind: { what: 'a gzip file', fix: 'unpack it first' } },
  { matches: (t) => t.startsWith('\x89HDF'), kind: { what: 'an HDF5 file, as Keras writes it', fix: EXPORT } },
  {
    matches: (t) => t.slice(4, 8) === 'ORTM',
    kind: { what: 'a model in the ORT format', fix: 'give the .onnx file that it was made from' },
  },
  { matches: (t) => t.slice(4, 8) === 'TFL3', kind: { what: 'a TensorFlow Lite model', fix: EXPORT } },
  {
    matches: (t) => /^[\s\S]{8}\{\s*"/.test(t),
    kind: { what: 'a safetensors file: weights without a network', fix: EXPORT },
  },
  { matches: (t) => /^\s*[{[]/.test(t), kind: { what: 'JSON text', fix: EXPORT } },
  { matches: (t) => t !== '' && /^[\t\n\r\x20-\x7e]*$/.test(t), kind: { what: 'text', fix: DOWNLOAD } },
];

/** `undefined` for what is not known. */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 64));
  return KINDS.find(({ matches }) => matches(text))?.kind;
}
