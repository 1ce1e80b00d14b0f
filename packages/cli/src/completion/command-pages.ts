import type { Command } from 'commander';
import { HELP } from '../ui/help.ts';
import { visibleCommands } from './words.ts';

/** A page of the documentation, by its file's name. */
export interface CommandPage {
  readonly file: string;
  readonly text: string;
}

/** Columns of help texts in pages. */
const WIDTH = 100;

/** A page for each command of `program`, with the help of its subcommands, and one that lists them all. */
export function commandPages(program: Command): readonly CommandPage[] {
  const commands = visibleCommands(program).toSorted((a, b) => (a.name() < b.name() ? -1 : 1));
  const rows = commands.map((one) => `| [\`descent ${one.name()}\`](${one.name()}.md) | ${cell(one.summary())} |`);
  const index = `# Commands\n\nEach page is what \`--help\` prints, made of the definitions by \`node packages/cli/scripts/command-pages.mjs\`.\n\n| command | does |\n|---|---|\n${rows.join('\n')}\n`;
  return [
    { file: 'README.md', text: index },
    ...commands.map((one) => ({ file: `${one.name()}.md`, text: pageOf(one) })),
  ];
}

function pageOf(command: Command): string {
  const parts = [command, ...visibleCommands(command)];
  const path = (one: Command): string => (one === command ? command.name() : `${command.name()} ${one.name()}`);
  const sections = parts.map(
    (one, i) => `${i === 0 ? '#' : '##'} descent ${path(one)}\n\n\`\`\`text\n${helpOf(one)}\n\`\`\`\n`,
  );
  return sections.join('\n');
}

/** What `--help` prints, with examples. */
function helpOf(command: Command): string {
  let printed = '';
  const writeOut = (text: string): void => {
    printed += text;
  };
  command
    .configureHelp({ ...HELP, helpWidth: WIDTH })
    .configureOutput({ writeOut, getOutHelpWidth: () => WIDTH, getOutHasColors: () => false });
  command.outputHelp();
  return printed.trim();
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
