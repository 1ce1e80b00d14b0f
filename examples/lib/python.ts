import { spawnSync } from 'node:child_process';
import { sourceFile } from './source-file.ts';

interface Given {
  readonly args?: readonly string[];
  /** What the script reads. */
  readonly input?: string;
  /** Variables besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * What a script among the sources prints, such as `char-gpt/pytorch.py`, in the Python that `DESCENT_PYTHON` names, else `python3`; `null` where there
 * is no Python, or it lacks a module.
 * @throws Error with the last line of what Python says when the script fails.
 */
export function runPython(script: string, { args = [], input = '', environment = {} }: Given = {}): string | null {
  const { status, stdout, stderr } = spawnSync(
    process.env['DESCENT_PYTHON'] ?? 'python3',
    [sourceFile(script), ...args],
    { encoding: 'utf8', input, env: { ...process.env, ...environment } },
  );
  if (status === 0) return stdout;
  // What was not started has no exit code.
  if (status === null || stderr.includes('ModuleNotFoundError')) return null;
  throw new Error(`${script} fails: ${stderr.trim().split('\n').at(-1)}`);
}
