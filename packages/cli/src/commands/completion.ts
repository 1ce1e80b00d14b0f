import type { Command } from 'commander';
import type { Shell } from '../completion/scripts.ts';
import { type Io, print } from '../io.ts';
import { examples, oneOf } from '../options.ts';

export function addCompletion(program: Command, io: Io): void {
  program
    .command('completion')
    .summary('print a script that completes command lines in a shell')
    .description(
      'Prints a script that completes commands and options in bash, zsh or fish. For every new shell: add the line of its example to ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.',
    )
    .argument('<shell>', 'bash, zsh or fish', oneOf<Shell>('bash', 'zsh', 'fish'))
    .addHelpText(
      'after',
      examples(
        'descent completion fish | source',
        'source <(descent completion bash)',
        'source <(descent completion zsh)',
      ),
    )
    .action(async (shell: Shell) => {
      const [{ SCRIPTS }, { placesOf }] = await Promise.all([
        import('../completion/scripts.ts'),
        import('../completion/words.ts'),
      ]);
      print(io.out, SCRIPTS[shell](placesOf(program)).trimEnd());
    });
}
