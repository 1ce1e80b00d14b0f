import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../io.ts';
import { examples, integer, oneOf } from '../options.ts';

interface DebugOptions {
  readonly step?: number;
  readonly from?: number;
  readonly to?: number;
  readonly watch?: string;
  readonly statistic: 'largest' | 'mean' | 'std' | 'min' | 'max' | 'norm' | 'zeros';
  readonly above?: number;
  readonly below?: number;
  readonly backend?: string;
  readonly threads?: number;
  readonly html?: string;
  readonly json?: boolean;
}

export function addDebug(program: Command, io: Io): void {
  program
    .command('debug')
    .summary('replay a run up to a step, and look into that step')
    .description(
      'Goes back to the checkpoint before a step, trains up to it once more with the same batches, draws and rates, and compares what the run wrote on the way, bit for bit. Then shows the step from inside: what each layer gives and gets back, dead units and saturation, gradients, updates in sizes of the weights, the first number that is not finite, and the batch with what the network answered. With --from and --to it looks for the first step that is wrong. Reads the folder of the run and writes nothing into it, so that it may be training meanwhile.',
    )
    .argument('<run>', 'the folder of a run, or its name in runs/')
    .option('--step <n>', 'which step, from 1 (default: the one at which the run failed, else its last)', integer(1))
    .option('--from <n>', 'the first step of a search for one that is wrong (default: 1)', integer(1))
    .option('--to <n>', 'the last step of a search (default: the last of the run)', integer(1))
    .option(
      '--watch <what>',
      'what a search looks at: loss or a metric; a parameter, as 0.weight, or its 0.weight.gradient, .update or .ratio; the output of a layer, as 2.output (default: whether all is finite)',
    )
    .option(
      '--statistic <name>',
      'of what is watched: largest (by size), mean, std, min, max, norm or zeros (a share)',
      oneOf('largest', 'mean', 'std', 'min', 'max', 'norm', 'zeros'),
      'largest',
    )
    .option('--above <number>', 'a watched number above this is wrong', number)
    .option('--below <number>', 'a watched number below this is wrong', number)
    .option('--backend <name>', 'instead of the one that trained, for other last bits; descent backends lists them')
    .option('--threads <n>', 'of onnx:cpu (default: one for each core)', integer(1))
    .option('--html <file>', 'write a page with histograms, curves and the batch as pictures')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText(
      'after',
      examples(
        'descent debug runs/lenet',
        'descent debug lenet --step 512 --html step.html',
        'descent debug lenet --from 1 --to 900',
        'descent debug lenet --from 1 --to 900 --watch 1.weight --above 10',
        'descent debug lenet --from 500 --to 600 --watch 3.output --statistic zeros --above 0.9 --json',
      ),
    )
    .action(async (run: string, options: DebugOptions) => {
      const { watch: what, statistic, above = null, below = null, json = false, ...rest } = options;
      const { debug, expectTogether } = await import('../debug/debug.ts');
      const { UsageError } = await import('../errors.ts');
      if (what === undefined && (above !== null || below !== null)) {
        throw new UsageError('what is watched is not said', {
          received: above === null ? `--below ${below}` : `--above ${above}`,
          expected: '--watch, such as --watch loss',
        });
      }
      const watch = what === undefined ? null : { what, statistic, above, below };
      expectTogether({ ...rest, watch });
      await debug(run, { ...rest, watch, json }, io);
    });
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number, such as 10 or 1e-3.');
}
