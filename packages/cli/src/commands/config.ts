import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { CONFIG, examples, oneOf, SET } from '../options.ts';

interface ConfigOptions {
  readonly set?: readonly string[];
  readonly format?: 'json' | 'yaml';
  readonly schema?: boolean;
}

export function addConfig(program: Command, io: Io): void {
  program
    .command('config')
    .summary('print all that a config says')
    .description(
      'Prints a config with everything that it extends, with variables of the environment, with --set and with defaults, as a config that descent train takes. Reads no data and builds nothing. With --schema: the JSON schema that editors check configs with.',
    )
    .argument('[config]', CONFIG[1])
    .option(...SET)
    .option('--format <format>', 'json or yaml (default: as the file; of a module json)', oneOf('json', 'yaml'))
    .option('--schema', 'print the JSON schema of configs, and no config')
    .addHelpText(
      'after',
      examples(
        'descent config lenet.yaml',
        'descent config lenet.json --set optimizer.lr=0.1 --format yaml > faster.yaml',
        'descent config --schema > config.schema.json',
      ),
    )
    .action((config: string | undefined, options: ConfigOptions) => show(config, options, io));
}

async function show(path: string | undefined, { set = [], format, schema = false }: ConfigOptions, io: Io) {
  if (schema) {
    if (path !== undefined)
      throw new UsageError('--schema is of all configs', { received: path, fix: 'leave the config out' });
    const { configSchema } = await import('../config/json-schema.ts');
    print(io.out, JSON.stringify(configSchema()));
    return;
  }
  if (path === undefined)
    throw new UsageError('which config is not said', { expected: 'descent config <file>, or descent config --schema' });
  const { readConfig } = await import('../config/load.ts');
  const { parseSets } = await import('../config/set-values.ts');
  const { formatConfig, wholeSource } = await import('../config/whole-source.ts');
  const { printedConfig } = await import('../config/printed.ts');
  const file = resolve(io.cwd, path);
  const source = await wholeSource(await readConfig(path, io.cwd), file, io.cwd, parseSets(set));
  const config = await printedConfig(source, file, io.cwd);
  const isYaml = format === 'yaml' || (format === undefined && ['.yaml', '.yml'].includes(extname(file)));
  print(io.out, (await formatConfig(config, isYaml ? '.yaml' : '.json')).trimEnd());
}
