/** What ONNX Runtime looks at when it starts, once in a process. */
const SWITCH = 'ORT_DISABLE_TELEMETRY';

/**
 * Keeps ONNX Runtime, on Linux and macOS from 1.29 on, from reporting to its maker how it is used, and from an identifier in the user's folder, unless the environment says
 * something else. Called before it is loaded, and before a worker starts: what a worker sets in its environment is its own. See
 * docs/decisions/026-onnx-runtime-reports-nothing.md.
 */
export function withoutReports(): void {
  process.env[SWITCH] ??= '1';
}
