import type { Command } from 'commander';

/** A word that may come next, and what it is. */
export interface Word {
  readonly text: string;
  readonly about: string;
}

/** What may follow the words of one command. */
export interface Place {
  /** The words so far, such as `['runs', 'list']`; none for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

/** The commands inside `command` that its help lists: what only other processes of Descent call is hidden. */
export function visibleCommands(command: Command): readonly Command[] {
  const shown = command.createHelp().visibleCommands(command);
  return command.commands.filter((one) => shown.includes(one));
}

/** Every command with what may follow it, the program first. */
export function placesOf(command: Command, path: readonly string[] = []): readonly Place[] {
  const visible = visibleCommands(command);
  const commands = visible.map((one) => ({ text: one.name(), about: one.summary() || one.description() }));
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ long, description }) => (long == null ? [] : [{ text: long, about: description }]));
  const help = { text: '--help', about: 'print this help' };
  return [
    { path, commands, options: [...options, help] },
    ...visible.flatMap((one) => placesOf(one, [...path, one.name()])),
  ];
}
