import { notWhatWasWanted } from '../options.ts';
import type { Backend } from './contract.ts';

/** Throws a `ValueError` that says how to make a backend unless `value` is one. */
export function expectBackend(path: string, value: unknown): asserts value is Backend {
  const { compile, state } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Backend>;
  if (typeof compile === 'function' && typeof state === 'function') return;
  throw notWhatWasWanted(path, value, {
    what: 'a backend',
    example: 'onnx()',
    fix: `${made(value)}, or import { referenceBackend } from '@descent/core/reference' and give referenceBackend(), which needs no package and is slow`,
  });
}

/** How to make the backend that a text names. */
function made(value: unknown): string {
  const [family, rest] = typeof value === 'string' ? value.split(':') : [];
  if (family === 'tfjs')
    return `import { tfjs } from '@descent/backend-tfjs' and give await tfjs({ engine: '${rest ?? 'wasm'}' })`;
  return "import { onnx } from '@descent/backend-onnx' and give onnx()";
}
