const FOLDER = '@tensorflow/tfjs-backend-wasm/dist/';
const NAMES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

/** Addresses of the `.wasm` files of TensorFlow.js by their names. */
export type WasmFiles = Readonly<Record<string, string>>;

/** Where a page finds the `.wasm` files of TensorFlow.js: where a bundler has put them, or where they are installed, or beside the script. */
export function wasmFiles(): WasmFiles {
  const bundled = bundledFiles();
  return Object.fromEntries(NAMES.map((name, i) => [name, servedAs(name, bundled?.[i] ?? FOLDER, import.meta.url)]));
}

/**
 * Bundlers that know this pattern (Vite, webpack, Rspack, Parcel) put the files into their output and the addresses in here. They must see each
 * address whole, and inside `try` they let the package be missing.
 */
function bundledFiles(): readonly string[] | undefined {
  try {
    return [
      new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm', import.meta.url).href,
      new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', import.meta.url).href,
      new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm', import.meta.url).href,
    ];
  } catch {
    return undefined;
  }
}

/**
 * The address of a file, given what became of its name in the package. A name that is still in it was not resolved: where packages are served as they
 * are installed (development servers, import maps) the file lies in its own one, else it is to be copied beside the script.
 */
export function servedAs(name: string, address: string, script: string): string {
  if (!address.includes(FOLDER)) return address;
  const [, installed] = /^(.*\/node_modules\/)/.exec(address) ?? [];
  return installed === undefined ? new URL(name, script).href : `${installed}${FOLDER}${name}`;
}
