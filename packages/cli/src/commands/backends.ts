import type { Command } from 'commander';
import { BACKENDS, type BackendEntry, tryBackend } from '../backends.ts';
import { type Io, print } from '../io.ts';
import { examples } from '../options.ts';

export function addBackends(program: Command, io: Io): void {
  program
    .command('backends')
    .summary('list the backends and whether they work here')
    .description(
      "Lists the backends, the fastest first, and what is missing where one does not work. 'auto' takes the first that works.",
    )
    .addHelpText('after', examples('descent backends', 'descent train lenet.config.ts --backend onnx:cpu'))
    .action(() => listBackends(BACKENDS, io));
}

export async function listBackends(entries: readonly BackendEntry[], io: Io): Promise<void> {
  const { green, red, dim } = io.out.colors;
  const width = Math.max(...entries.map(({ name }) => name.length));
  for (const entry of entries) {
    const tried = await tryBackend(entry);
    const state = tried.works ? green('works   ') : red('missing ');
    print(io.out, `${entry.name.padEnd(width)}  ${state}  ${dim(entry.summary)}`);
    if (tried.works) await tried.backend.dispose();
    else print(io.out, indented(tried.error instanceof Error ? tried.error.message : String(tried.error), width + 2));
  }
}

function indented(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by));
}
