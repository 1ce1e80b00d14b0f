import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../version.ts';
import type { Expectation, Template } from './templates.ts';

/** Text files of a project by their paths in it, with `/`. */
export type ProjectFiles = ReadonlyMap<string, string>;

const FOLDER = fileURLToPath(new URL('../../templates', import.meta.url));
/** Configs that ship for the demo, too. */
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** All files of a new project `name`. */
export async function projectFiles(template: Template, name: string): Promise<ProjectFiles> {
  const own = template.isExample ? [await exampleOf(template)] : await filesIn(join(FOLDER, template.name));
  const shared = template.expects === null ? [] : [await sharedTest(template)];
  const hasTypes = own.some(([path]) => path.endsWith('.ts'));
  const all: readonly (readonly [string, string])[] = [
    ...own,
    ...shared,
    ...(hasTypes ? [['tsconfig.json', await readFile(join(FOLDER, 'shared', 'tsconfig.json'), 'utf8')] as const] : []),
    ['package.json', `${JSON.stringify(manifest(template, name), null, 2)}\n`],
    ['README.md', readme(template)],
    // npm would leave a file of this name out of the package.
    ['.gitignore', ['node_modules', 'runs', 'dist', 'model.onnx', ...(template.made ?? []), ''].join('\n')],
  ];
  return new Map(all.map(([path, text]) => [path, text.replaceAll('__NAME__', name)]));
}

async function filesIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => [relative(folder, path).split(sep).join('/'), await readFile(path, 'utf8')] as const),
  );
}

async function exampleOf({ config }: Template): Promise<readonly [string, string]> {
  const name = config as string;
  return [name, await readFile(join(EXAMPLES, name), 'utf8')];
}

async function sharedTest({ config, expects }: Template): Promise<readonly [string, string]> {
  const text = await readFile(join(FOLDER, 'shared', 'train.test.mjs'), 'utf8');
  const { metric, enough, epochs } = expects as Expectation;
  const values = { __CONFIG__: config, __METRIC__: metric, __ENOUGH__: enough, __EPOCHS__: epochs };
  const filled = Object.entries(values).reduce((sum, [key, value]) => sum.replaceAll(key, String(value)), text);
  return ['test/train.test.mjs', filled];
}

function manifest({ packages, others = {}, development, scripts, config }: Template, name: string): object {
  const own = [...(config === null ? [] : ['@descent/cli']), ...packages];
  const dependencies = { ...Object.fromEntries(own.map((one) => [one, `^${version()}`])), ...others };
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...{ name, version: '0.0.0', private: true, type: 'module', engines: { node: '>=20.19' }, scripts },
    dependencies: sorted,
    ...(development !== undefined && { devDependencies: development }),
  };
}

function readme({ title, scripts, config, first, packages, others = {} }: Template): string {
  const rows = Object.entries(scripts).map(
    ([name, command]) => `| \`npm ${name === 'test' ? 'test' : `run ${name}`}\` | \`${command}\` |`,
  );
  const next =
    config === null
      ? ''
      : `\nTraining writes a run into \`runs/\`: a report, checkpoints, the weights and \`model.onnx\`.\n\n\`\`\`sh\nnpx descent train ${config} --epochs 3\nnpx descent runs\nnpx descent --help\n\`\`\`\n`;
  const takesNative = config !== null || packages.includes('@descent/cli') || 'onnxruntime-node' in others;
  const hint = !takesNative
    ? ''
    : '\nWhere `npm install` fails because `onnxruntime-node` cannot fetch files for GPUs, set `ONNXRUNTIME_NODE_INSTALL=skip` first.\n';
  return `# __NAME__\n\nA project with [Descent](https://www.npmjs.com/package/@descent/core): ${title}.\n\n\`\`\`sh\nnpm install\n${first}\n\`\`\`\n${hint}\n| command | does |\n|---|---|\n${rows.join('\n')}\n${next}`;
}
