import { resolve } from 'node:path';
import { BackendError } from '@descent/core';
import type { Command } from 'commander';
import { available, forgetChoice } from '../auto/available.ts';
import { type Available, openBackend, tryBackend } from '../backends.ts';
import { reason, UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { examples } from '../options.ts';

export function addBackends(program: Command, io: Io): void {
  const backends = program
    .command('backends')
    .summary('list the backends and whether they work here')
    .description(
      "Lists the backends, what is missing where one does not work, and which one 'auto' takes: the one that trains two small networks fastest. What\nwas measured is remembered for a month.",
    )
    .option('--measure', 'measure again, whatever is remembered')
    .option('--details', 'say what is missing where one does not work, and what mends it')
    .addHelpText('after', examples('descent backends', 'descent backends --details', 'descent backends --measure'))
    .action(async ({ measure, details = false }: ListOptions) => {
      const all = await available(io);
      await listBackends({ ...all, auto: () => ({ ...all.auto(), again: measure === true }) }, io, details);
    });

  backends
    .command('add <backend>')
    .summary('build what a backend needs: tfjs-node, against a TensorFlow that is there')
    .description(
      "Builds the native addon of @tensorflow/tfjs-node against another TensorFlow than the one it would download, for\n'tfjs:node' and 'tfjs:node-gpu'. Nothing is written to node_modules.",
    )
    .requiredOption(
      '--libtensorflow <where>',
      "folder of TensorFlow's C library, 'python' for the package tensorflow of python3, or the path of a Python",
    )
    .option(
      '--out <folder>',
      'where the addon goes, then to be named in the code (default: a cache that is found by itself)',
    )
    .addHelpText(
      'after',
      examples(
        'pip install tensorflow-cpu && descent backends add tfjs-node --libtensorflow python',
        'descent backends add tfjs-node --libtensorflow /opt/libtensorflow',
      ),
    )
    .action((backend: string, options: AddOptions) => addBackend(backend, options, io));
}

interface ListOptions {
  readonly measure?: boolean;
  readonly details?: boolean;
}

export interface AddOptions {
  readonly libtensorflow: string;
  readonly out?: string;
}

async function addBackend(backend: string, { libtensorflow, out }: AddOptions, io: Io): Promise<void> {
  if (backend !== 'tfjs-node') {
    throw new UsageError(`there is nothing to build for '${backend}'`, { expected: 'tfjs-node' });
  }
  const { buildAddon } = await import('@descent/backend-tfjs/install').catch((cause: unknown) => {
    throw new BackendError('the addon cannot be built', {
      received: reason(cause),
      expected: 'the package @descent/backend-tfjs',
      fix: 'npm install @descent/backend-tfjs',
      cause,
    });
  });
  const where = libtensorflow === 'python' ? libtensorflow : resolve(io.cwd, libtensorflow);
  const built = buildAddon({ libtensorflow: where, ...(out === undefined ? {} : { out: resolve(io.cwd, out) }) });
  await forgetChoice(io);
  print(io.out, `TensorFlow ${built.version}: ${built.cached ? 'was built already' : 'built'}`);
  print(io.out, io.out.colors.dim(built.addon));
}

export async function listBackends(all: Available, io: Io, details: boolean = false): Promise<void> {
  const { entries } = all;
  const { green, red, dim } = io.out.colors;
  const width = Math.max(...entries.map(({ name }) => name.length));
  let missing = 0;
  for (const entry of entries) {
    const tried = await tryBackend(entry);
    const state = tried.works ? green('works   ') : red('missing ');
    print(io.out, `${entry.name.padEnd(width)}  ${state}  ${dim(entry.summary)}`);
    if (tried.works) await tried.backend.dispose();
    else {
      missing++;
      if (details)
        print(io.out, indented(tried.error instanceof Error ? tried.error.message : String(tried.error), width + 2));
    }
  }
  const { backend, choice, why } = await openBackend('auto', all);
  await backend.dispose();
  print(io.out, `\nauto: ${choice?.name} (${why})`);
  if (missing > 0 && !details) print(io.out, dim('what is missing, and what mends it: descent backends --details'));
}

function indented(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by));
}
