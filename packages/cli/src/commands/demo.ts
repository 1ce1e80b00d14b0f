import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { examples, integer } from '../options.ts';

export interface DemoOptions {
  readonly seed?: number;
  readonly epochs?: number;
  readonly out: string;
  readonly fast?: boolean;
}

export function addDemo(program: Command, io: Io): void {
  program
    .command('demo')
    .summary('train two networks on handwritten digits, export them, read a digit')
    .description(
      'Trains an MLP and LeNet on 8,000 digits that ship with Descent, exports both to ONNX, checks the files on 64 test images, and lets LeNet read a picture of a digit it has never seen. Takes less than a minute.',
    )
    .option('--seed <n>', 'of the first weights and of the order of the images (default: 0)', integer(0))
    .option('--epochs <n>', 'passes over the images (default: 12)', integer(1))
    .option('--out <folder>', 'where the files go', 'runs/demo')
    .option('--fast', 'one epoch only, to see that everything works')
    .addHelpText('after', examples('descent demo', 'descent demo --seed 7 --epochs 3', 'descent demo --fast'))
    .action(async (options: DemoOptions) => {
      const { demo } = await import('../demo/demo.ts');
      await demo(options, io);
    });
}
