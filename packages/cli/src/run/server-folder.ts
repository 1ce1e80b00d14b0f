import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { ValueError } from '@descent/core';
import type { Existing, KServeOptions, TritonOptions } from '@descent/serve';
import { elsewhere, UsageError } from '../errors.ts';
import { type Io, print, shownPath } from '../io.ts';
import { fileSize } from '../ui/table.ts';

/** Options of `descent export` about the folders of servers. */
export interface ServerFolderOptions {
  readonly out?: string;
  readonly softmax?: boolean;
  readonly opset?: number;
  readonly batch?: 'dynamic' | number;
  readonly format?: 'triton' | 'kserve';
  readonly name?: string;
  readonly modelVersion?: number;
  readonly maxBatch?: number;
  readonly queueDelay?: number;
  readonly storage?: string;
  readonly service?: string;
  readonly overwrite?: boolean;
  readonly config?: Existing;
}

/** What options are called on the command line, by their names here. */
const FLAGS = {
  name: '--name',
  modelVersion: '--model-version',
  maxBatch: '--max-batch',
  queueDelay: '--queue-delay',
  storage: '--storage',
  service: '--service',
  overwrite: '--overwrite',
  config: '--config',
} as const;

/** What the library calls them. */
const OF_LIBRARY: Readonly<Record<string, string>> = {
  folder: '--out',
  name: '--name',
  version: '--model-version',
  maxBatchSize: '--max-batch',
  maxQueueDelay: '--queue-delay',
  storageUri: '--storage',
  service: '--service',
  overwrite: '--overwrite',
  config: '--config',
};

/** Throws a `UsageError` for options that go with another format, or with none. */
export function expectServerOptions(options: ServerFolderOptions): void {
  const { format, out, storage } = options;
  const given = (names: readonly (keyof typeof FLAGS)[]): keyof typeof FLAGS | undefined =>
    names.find((name) => options[name] !== undefined);
  const odd = given(
    format === undefined
      ? (Object.keys(FLAGS) as (keyof typeof FLAGS)[])
      : format === 'triton'
        ? ['storage', 'service']
        : [],
  );
  if (odd !== undefined) {
    throw new UsageError(
      `${FLAGS[odd]} goes with --format ${odd === 'storage' || odd === 'service' ? 'kserve' : 'triton or kserve'}`,
      {
        received: `${FLAGS[odd]} ${format === undefined ? 'without --format' : `with --format ${format}`}`,
        fix: 'add the format, or leave the option out',
      },
    );
  }
  if (format !== undefined && out === undefined) {
    throw new UsageError('there is no folder for the models', {
      received: `--format ${format} without --out`,
      expected: 'the folder that the server takes its models from',
      fix: `--out model-repository`,
    });
  }
  if (format === 'kserve' && storage === undefined) {
    throw new UsageError('KServe must know where the models will lie', {
      received: '--format kserve without --storage',
      expected: 'the address to which the folder will be uploaded',
      fix: '--storage s3://bucket/models, or pvc://claim/models',
    });
  }
}

/**
 * Puts an ONNX file, or that of a run, into the folder of a server.
 * @param exportTo Writes the file of the run to a path.
 */
export async function serverFolder(
  model: string,
  options: ServerFolderOptions & { readonly format: 'triton' | 'kserve' },
  exportTo: (path: string) => Promise<void>,
  io: Io,
): Promise<void> {
  const path = resolve(io.cwd, model);
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => extname(path) === '.onnx',
  );
  const odd = (['softmax', 'opset', 'batch'] as const).find((name) => options[name] !== undefined);
  if (isFile && odd !== undefined) {
    throw new UsageError(`--${odd} is for runs; a file stays as it is`, { received: model, fix: `leave --${odd} out` });
  }
  if (isFile) return write(path, basename(path, extname(path)), options, io);
  const folder = await mkdtemp(join(tmpdir(), 'descent-export-'));
  try {
    const file = join(folder, 'model.onnx');
    await exportTo(file);
    await write(file, basename(path), options, io);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(
  file: string,
  defaultName: string,
  options: ServerFolderOptions & { readonly format: 'triton' | 'kserve' },
  io: Io,
): Promise<void> {
  const { format, out = '', name = defaultName, modelVersion, maxBatch, queueDelay, storage, service } = options;
  const { overwrite, config } = options;
  const { exportKServe, exportTriton } = await import('@descent/serve');
  const triton: TritonOptions = {
    folder: resolve(io.cwd, out),
    name,
    ...(modelVersion !== undefined && { version: modelVersion }),
    ...(maxBatch !== undefined && { maxBatchSize: maxBatch }),
    ...(queueDelay !== undefined && { maxQueueDelay: queueDelay }),
    ...(overwrite !== undefined && { overwrite }),
    ...(config !== undefined && { config }),
  };
  const kserve: KServeOptions = { ...triton, storageUri: storage ?? '', ...(service !== undefined && { service }) };
  const written = await (format === 'kserve' ? exportKServe(file, kserve) : exportTriton(file, triton)).catch(
    (error: unknown) => {
      throw elsewhere(ofCommandLine(error), 'write them elsewhere: --out <folder>');
    },
  );
  for (const one of written.files) {
    print(io.out, `${shownPath(one, io.cwd)}: ${fileSize((await stat(one)).size)}`);
  }
  const { version, maxBatchSize, files } = written;
  const said = !files.some((one) => basename(one) === 'config.pbtxt')
    ? 'config.pbtxt is as it was, and says how many samples are computed at once'
    : maxBatchSize === 0
      ? 'requests are computed one by one'
      : `up to ${maxBatchSize} samples are computed at once`;
  print(io.out, `model '${name}', version ${version}: ${said}`);
}

/** What the library says of one of its options, as a mistake of the command line. */
function ofCommandLine(error: unknown): unknown {
  if (!(error instanceof ValueError)) return error;
  const { path = '', fix, ...details } = error.details;
  const flag = Object.hasOwn(OF_LIBRARY, path) ? OF_LIBRARY[path] : undefined;
  const said = fix
    ?.replace(/config: '(keep|replace)'/g, '--config $1')
    .replace('leave the version out', 'leave --model-version out')
    .replace(/\bmaxBatchSize\b/g, '--max-batch')
    .replace(/\bmaxQueueDelay\b/g, '--queue-delay');
  const expected = details.expected?.replace('overwrite: true', '--overwrite');
  return new UsageError(error.summary, {
    ...details,
    path: flag ?? (path === '' ? undefined : path),
    ...(expected !== undefined && { expected }),
    ...(said !== undefined && { fix: said }),
  });
}
