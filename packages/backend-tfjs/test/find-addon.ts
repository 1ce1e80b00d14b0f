import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAddon } from '../src/public/install.ts';

/** tfjs-node's addon, built against the TensorFlow of this machine, or why there is none. */
export type Addon = { readonly addon: string; readonly version: string } | { readonly missing: string };

/** Looks in the folder DESCENT_TENSORFLOW, then in the packages of DESCENT_PYTHON or python3, without importing any. */
export function findAddon(): Addon {
  // Before TensorFlow is loaded: it reports every graph otherwise.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const given = process.env['DESCENT_TENSORFLOW'];
  if (given === undefined && !pythonHasTensorFlow()) {
    return { missing: 'no TensorFlow: pip install tensorflow-cpu, or name its folder in DESCENT_TENSORFLOW' };
  }
  if (given !== undefined && !existsSync(given)) return { missing: `DESCENT_TENSORFLOW: there is no ${given}` };
  try {
    return buildAddon({ libtensorflow: given ?? 'python', out: join(tmpdir(), 'descent-test-addons') });
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function pythonHasTensorFlow(): boolean {
  const script = 'import importlib.util as u, sys; sys.exit(u.find_spec("tensorflow") is None)';
  try {
    execFileSync(process.env['DESCENT_PYTHON'] ?? 'python3', ['-c', script], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
