// Bundled and run by the tests as a process of its own: `node child.mjs '{"root": …}'`. Prints an event a line.
import { readFileSync } from 'node:fs';
import { type DatasetDefinition, ensureFiles } from '../src/public/index.ts';

const { root, definition } = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as {
  root: string;
  definition: DatasetDefinition;
};

await ensureFiles(definition, 'train', {
  root,
  download: true,
  lock: { pollMs: 10 },
  onProgress: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
process.stdout.write('{"type":"end"}\n');
