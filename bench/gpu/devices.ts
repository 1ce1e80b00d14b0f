/** A device that `npm run gpu` looks for. */
export interface DeviceDescription {
  /** As in config, with ` in Chromium` for those of pages. */
  readonly name: string;
  readonly place: 'node' | 'chromium';
  /** As in config. */
  readonly backend: BackendName;
  /** Whether it is a graphics device, or the processor, which others are compared with. */
  readonly kind: 'processor' | 'graphics';
  /** Systems on which there is none: why. */
  missingOn?(platform: NodeJS.Platform): string | null;
  /** Whether it is only there to be compared with: its own numbers are right by definition, and it is slow. */
  readonly isOracle?: boolean;
}

export type BackendName =
  | 'reference'
  | 'onnx:cpu'
  | 'onnx:wasm'
  | 'onnx:webgpu'
  | 'onnx:cuda'
  | 'onnx:dml'
  | 'onnx:coreml'
  | 'tfjs:node-gpu'
  | 'tfjs:webgl'
  | 'tfjs:webgpu';

const only = (platform: NodeJS.Platform, what: string) => (here: NodeJS.Platform) =>
  here === platform ? null : `it needs ${what}; this is ${here}`;

/** In the order in which they are tried; others are compared with the first two. */
export const DEVICES: readonly DeviceDescription[] = [
  { name: 'reference', place: 'node', backend: 'reference', kind: 'processor', isOracle: true },
  { name: 'onnx:cpu', place: 'node', backend: 'onnx:cpu', kind: 'processor' },
  {
    name: 'onnx:cuda',
    place: 'node',
    backend: 'onnx:cuda',
    kind: 'graphics',
    missingOn: only('linux', 'Linux on x64'),
  },
  { name: 'onnx:webgpu', place: 'node', backend: 'onnx:webgpu', kind: 'graphics' },
  { name: 'onnx:dml', place: 'node', backend: 'onnx:dml', kind: 'graphics', missingOn: only('win32', 'Windows') },
  { name: 'onnx:coreml', place: 'node', backend: 'onnx:coreml', kind: 'graphics', missingOn: only('darwin', 'macOS') },
  { name: 'tfjs:node-gpu', place: 'node', backend: 'tfjs:node-gpu', kind: 'graphics' },
  { name: 'tfjs:webgpu', place: 'node', backend: 'tfjs:webgpu', kind: 'graphics' },
  { name: 'onnx:webgpu in Chromium', place: 'chromium', backend: 'onnx:webgpu', kind: 'graphics' },
  { name: 'tfjs:webgpu in Chromium', place: 'chromium', backend: 'tfjs:webgpu', kind: 'graphics' },
  { name: 'tfjs:webgl in Chromium', place: 'chromium', backend: 'tfjs:webgl', kind: 'graphics' },
  { name: 'onnx:wasm in Chromium', place: 'chromium', backend: 'onnx:wasm', kind: 'processor' },
];

/** The device whose curves and times all others are compared with. */
export const BASE = 'onnx:cpu';
