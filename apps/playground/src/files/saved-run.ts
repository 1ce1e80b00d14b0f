import { DescentError } from '@descent/core';
import type { Files } from './zip.ts';

/** What is of use here in the archive of a run's folder. */
export interface SavedRun {
  /** Name of the folder. */
  readonly name: string;
  /** Text of the config; `null` where the run has one in TypeScript or JavaScript, since nothing that is opened here is executed. */
  readonly config: string | null;
  /** Name of the config in the folder. */
  readonly configFile: string;
  readonly seed: number;
  readonly epochs: number;
  /** The newest first. */
  readonly checkpoints: readonly Uint8Array[];
  readonly weights: Uint8Array | null;
  readonly onnx: Uint8Array | null;
}

const USED =
  /^(?:[^/]+\/)?(?:run\.json|config\.json|model\.safetensors|model\.onnx|checkpoints\/step-\d{9}\.safetensors)$/;

/** Whether a member of an archive is read at all: in the folder of a run, at the top or one folder below. */
export function isOfRun(path: string): boolean {
  return USED.test(path);
}

/** Reads the files of a run. Throws a DescentError where there is no run, or several, or its record says nothing valid. */
export function savedRun(files: Files, archive: string): SavedRun {
  const records = [...files.keys()].filter((path) => path === 'run.json' || path.endsWith('/run.json'));
  const [path] = records;
  if (path === undefined || records.length > 1) {
    throw new DescentError(
      path === undefined ? 'there is no run in this archive' : 'there are several runs in this archive',
      {
        path: archive,
        received: path === undefined ? 'no run.json' : records.join(', '),
        expected: 'the folder of one run, as descent train or this page wrote it',
        fix: 'pack the folder of one run, such as runs/lenet',
      },
    );
  }
  const folder = path.slice(0, -'run.json'.length);
  const file = (name: string): Uint8Array | null => files.get(`${folder}${name}`) ?? null;
  const { configFile, seed, epochs } = readRecord(file('run.json') as Uint8Array, `${archive}: ${path}`);
  const config = file(configFile);
  const checkpoints = [...files.keys()]
    .filter((name) => name.startsWith(`${folder}checkpoints/`))
    .sort()
    .reverse();
  return {
    name: folder.slice(0, -1) || archive.replace(/\.zip$/i, ''),
    config: config === null ? null : new TextDecoder().decode(config),
    configFile,
    ...{ seed, epochs },
    checkpoints: checkpoints.map((name) => files.get(name) as Uint8Array),
    weights: file('model.safetensors'),
    onnx: file('model.onnx'),
  };
}

interface RecordFacts {
  readonly configFile: string;
  readonly seed: number;
  readonly epochs: number;
}

/** What of `run.json` counts here: the name of the config, and seed and epochs, which are those of the run even when the config was changed. */
function readRecord(bytes: Uint8Array, path: string): RecordFacts {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Reported below, like any other content.
  }
  const at = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  const configFile = at(at(json, 'config'), 'file');
  const seed = at(at(json, 'settings'), 'seed');
  const epochs = at(at(json, 'settings'), 'epochs');
  if (typeof configFile === 'string' && Number.isSafeInteger(seed) && Number.isSafeInteger(epochs))
    return { configFile, seed: seed as number, epochs: epochs as number };
  throw new DescentError('this does not describe a run', {
    path,
    received: json === undefined ? 'something that is no JSON' : 'no config.file, settings.seed and settings.epochs',
    expected: 'the file that descent train or this page wrote',
    fix: 'pack the folder of the run again',
  });
}
