import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BackendError } from '@descent/core/backend';

/** TensorFlow's C library on this machine. */
export interface TensorFlowLibrary {
  /** Where `tensorflow/c/c_api.h` is. */
  readonly include: string;
  /** Where the two libraries are. */
  readonly folder: string;
  /** File names to link, each with the version that it is loaded by. */
  readonly libraries: readonly [string, string];
}

// The Python package names it `_cc`, the archive for C does not.
const NAMES = ['libtensorflow_cc.so.2', 'libtensorflow.so.2'];
const FRAMEWORK = 'libtensorflow_framework.so.2';

/**
 * Finds TensorFlow's C library: in a folder (that of a C archive, of the Python package `tensorflow`, or one that pip installed it into
 * with `--target`), or with `'python'` or the path of a Python, in the package that this Python would import. Nothing is imported.
 * @throws BackendError saying which file is missing where.
 */
export function findTensorFlow(where: string): TensorFlowLibrary {
  const root = where === 'python' || isProgram(where) ? packageOf(where) : resolve(where);
  for (const base of [root, join(root, 'tensorflow')]) {
    for (const folder of [base, join(base, 'lib')]) {
      const library = NAMES.find((name) => existsSync(join(folder, name)));
      const include = [join(base, 'include'), base].find((path) => existsSync(join(path, 'tensorflow/c/c_api.h')));
      if (library === undefined || include === undefined || !existsSync(join(folder, FRAMEWORK))) continue;
      return { include, folder, libraries: [library, FRAMEWORK] };
    }
  }
  throw new BackendError('there is no TensorFlow C library', {
    path: 'libtensorflow',
    received: root,
    expected: `a folder with ${NAMES.join(' or ')}, ${FRAMEWORK} and include/tensorflow/c/c_api.h (TensorFlow 2.12 or later from pip)`,
    fix: 'pip install --no-deps --target tensorflow tensorflow-cpu, then give the folder tensorflow; for a GPU, pip install tensorflow[and-cuda] and give python',
  });
}

function isProgram(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && (stats.mode & 0o111) !== 0;
}

/** The folder of the package `tensorflow` of a Python, found without importing it: that takes seconds. */
function packageOf(where: string): string {
  const python = where === 'python' ? (process.env['DESCENT_PYTHON'] ?? 'python3') : where;
  const script =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
  let found: string;
  try {
    found = execFileSync(python, ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  } catch (cause) {
    throw new BackendError('Python could not be asked for TensorFlow', {
      path: 'libtensorflow',
      received: python,
      fix: 'give the path of a Python, or the folder of the library',
      cause,
    });
  }
  if (found !== '') return found;
  throw new BackendError('this Python has no TensorFlow', {
    path: 'libtensorflow',
    received: python,
    fix: `${python} -m pip install tensorflow-cpu (or tensorflow[and-cuda] for a GPU)`,
  });
}
