import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import type { Command } from 'commander';
import { closest } from '../config/suggest.ts';
import { InterruptedError, UsageError } from '../errors.ts';
import { type Io, print, shownPath } from '../io.ts';
import type { Template } from '../new/templates.ts';
import { examples } from '../options.ts';
import { formatCommand } from '../ui/shell.ts';
import { table } from '../ui/table.ts';

export function addNew(program: Command, io: Io): void {
  program
    .command('new')
    .summary('start a project in a new folder')
    .description(
      'Writes a small project that trains as it stands: package.json, config or program, README and a test. Without a template it asks, on a terminal. Fetches nothing.',
    )
    .argument('[template]', 'descent new --list shows them')
    .argument('[folder]', 'where to (default: a folder named after the template)')
    .option('--list', 'print the templates, and nothing else')
    .addHelpText(
      'after',
      examples('descent new', 'descent new mlp', 'descent new browser my-page', 'npm create descent lenet digits'),
    )
    .action((template: string | undefined, folder: string | undefined, options: { readonly list?: boolean }) =>
      startProject(template, folder, options, io),
    );
}

async function startProject(
  named: string | undefined,
  folder: string | undefined,
  { list = false }: { readonly list?: boolean },
  io: Io,
): Promise<void> {
  const { TEMPLATES } = await import('../new/templates.ts');
  if (list) return print(io.out, listed(TEMPLATES));
  const isAsked = named === undefined;
  const { template, place } = isAsked ? await ask(TEMPLATES, io) : { template: chosen(named, TEMPLATES), place: named };
  const path = resolve(io.cwd, folder ?? place);
  const { createProject } = await import('../new/create-project.ts');
  const files = await createProject(template, path);
  const shown = shownPath(path, io.cwd);
  print(io.out, `${io.out.colors.green('made')} ${shown}: ${files.join(', ')}`);
  print(io.out, `\n${io.out.colors.bold('Try next')}`);
  for (const line of [formatCommand('cd', shown), 'npm install', template.first])
    print(io.out, `  ${io.out.colors.cyan(line)}`);
}

function listed(templates: readonly Template[]): string {
  return table(
    templates.map(({ name, title }) => [name, title]),
    '',
  );
}

/** Throws a UsageError, with the nearest name, for one that there is not. */
function chosen(name: string, templates: readonly Template[]): Template {
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name);
  const near = closest(name, names);
  throw new UsageError(`there is no template '${name}'`, {
    expected: names.join(', '),
    fix: near === undefined ? 'descent new --list says what each is' : `did you mean ${near}?`,
  });
}

/** Asks for a template and a folder; only on a terminal. */
async function ask(
  templates: readonly Template[],
  io: Io,
): Promise<{ readonly template: Template; readonly place: string }> {
  if (!io.out.isTerminal || process.stdin.isTTY !== true) {
    throw new UsageError('which template is not said, and there is nobody to ask', {
      expected: templates.map(({ name }) => name).join(', '),
      fix: 'descent new mlp',
    });
  }
  const lines = createInterface({ input: process.stdin, output: io.err.stream });
  try {
    print(io.err, table(templates.map(({ name, title }, i) => [`${i + 1}`, name, title])));
    const template = await askTemplate(lines, templates, io);
    const place = (await lines.question(`Folder [${template.name}]: `, { signal: io.signal })).trim();
    return { template, place: place === '' ? template.name : place };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new InterruptedError('no project was made', { cause: error });
  } finally {
    lines.close();
  }
}

/** Asks again until the answer is one of them; nothing stands for the first. */
async function askTemplate(lines: Interface, templates: readonly Template[], io: Io): Promise<Template> {
  for (;;) {
    const [first] = templates as readonly [Template];
    const answer = (await lines.question(`Template [${first.name}]: `, { signal: io.signal })).trim();
    if (answer === '') return first;
    const found = templates.find(({ name }, i) => name === answer || String(i + 1) === answer);
    if (found !== undefined) return found;
    print(io.err, `There is no '${answer}': a number or a name from the list.`);
  }
}
