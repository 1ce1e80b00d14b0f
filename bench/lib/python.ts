import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { BENCH_FOLDER } from './paths.ts';
import type { Program } from './processes.ts';

export type Torch = { readonly python: string; readonly version: string } | { readonly missing: string };

/** A Python that can import PyTorch: the one in DESCENT_PYTHON, else python3. When there is none, a reason. */
export function findTorch(): Torch {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
    encoding: 'utf8',
  });
  if (status === 0) return { python, version: stdout.trim() };
  const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  return { missing: `no PyTorch: '${python} -c "import torch"' failed (${reason}); set DESCENT_PYTHON` };
}

/**
 * glibc gives the memory of every step back to the system and asks for it again, which costs more than the mathematics in some virtual
 * machines. With these it keeps the memory: PyTorch at its best.
 */
const KEEP_MEMORY: NodeJS.ProcessEnv = {
  MALLOC_TRIM_THRESHOLD_: '4000000000',
  MALLOC_MMAP_THRESHOLD_: '4000000000',
};

const AS_USERS_HAVE_IT: NodeJS.ProcessEnv = {
  MALLOC_TRIM_THRESHOLD_: undefined,
  MALLOC_MMAP_THRESHOLD_: undefined,
};

/** A script of this package, which may import those of `lib`, with threads limited to `threads` in every library that PyTorch may be built with. */
export function pythonProgram(python: string, script: string, threads: number, keepMemory: boolean): Program {
  const n = String(threads);
  return {
    command: python,
    words: ['-u', join(BENCH_FOLDER, script)],
    environment: {
      PYTHONPATH: [join(BENCH_FOLDER, 'lib'), process.env['PYTHONPATH'] ?? []].flat().join(delimiter),
      OMP_NUM_THREADS: n,
      MKL_NUM_THREADS: n,
      OPENBLAS_NUM_THREADS: n,
      ...(keepMemory ? KEEP_MEMORY : AS_USERS_HAVE_IT),
    },
  };
}
