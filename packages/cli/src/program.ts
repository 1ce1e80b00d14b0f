import { DescentError } from '@descent/core';
import { Command, CommanderError } from 'commander';
import { addBackends } from './commands/backends.ts';
import { addBoard } from './commands/board.ts';
import { addCompare } from './commands/compare.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDatasets } from './commands/datasets.ts';
import { addDebug } from './commands/debug.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExport } from './commands/export.ts';
import { addFinetune } from './commands/finetune.ts';
import { addGrad } from './commands/grad.ts';
import { addInspect } from './commands/inspect.ts';
import { addLrFind } from './commands/lr-find.ts';
import { addNew } from './commands/new.ts';
import { addPredict } from './commands/predict.ts';
import { addQuantize } from './commands/quantize.ts';
import { addResume } from './commands/resume.ts';
import { addRuns } from './commands/runs.ts';
import { addServe } from './commands/serve.ts';
import { addSummary } from './commands/summary.ts';
import { addSweep } from './commands/sweep.ts';
import { addTrain } from './commands/train.ts';
import { addTune } from './commands/tune.ts';
import { EXIT, InterruptedError, UsageError } from './errors.ts';
import { type Io, print } from './io.ts';
import { examples } from './options.ts';
import { HELP } from './ui/help.ts';
import { version } from './version.ts';

/**
 * Runs the command line `argv` (without `node` and the script) and returns the exit code: 0 done, 1 failed, 2 a command line or config that
 * says nothing valid, 130 stopped by the user. Never throws.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error, program.opts<{ debug?: boolean }>().debug === true, io);
  }
}

/** The program with all its commands, which prints to `io`. */
export function createProgram(io: Io): Command {
  const program = new Command('descent')
    .description('Train neural networks, export them to ONNX and ask them about images.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .configureHelp(HELP)
    .configureOutput({
      writeOut: (text) => io.out.stream.write(text),
      writeErr: (text) => io.err.stream.write(text),
      outputError: (text, write) => write(io.err.colors.red(text)),
    })
    .addHelpText(
      'after',
      `${examples('descent demo', 'descent train lenet.config.ts --epochs 5', 'descent predict runs/lenet/model.onnx digit.png', 'descent train --help')}
Exit codes:
  0  done
  1  failed: a file is missing or damaged, training diverged, …
  2  the command line or the config is not valid
  130  stopped with Ctrl-C`,
    );
  addDemo(program, io);
  addNew(program, io);
  addTrain(program, io);
  addResume(program, io);
  addPredict(program, io);
  addServe(program, io);
  addEvaluate(program, io);
  addCompare(program, io);
  addExport(program, io);
  addQuantize(program, io);
  addFinetune(program, io);
  addGrad(program, io);
  addInspect(program, io);
  addDebug(program, io);
  addSummary(program, io);
  addConfig(program, io);
  addLrFind(program, io);
  addTune(program, io);
  addRuns(program, io);
  addBoard(program, io);
  addSweep(program, io);
  addDatasets(program, io);
  addBackends(program, io);
  addDoctor(program, io);
  addCompletion(program, io);
  return program;
}

function report(error: unknown, debug: boolean, io: Io): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const { colors } = io.err;
  const stack = debug && error instanceof Error ? `\n${colors.dim(stackOf(error))}` : '';
  if (error instanceof InterruptedError) {
    print(io.err, `${colors.yellow('stopped:')} ${error.message}${stack}`);
    return EXIT.interrupted;
  }
  if (error instanceof DescentError) {
    print(io.err, `${colors.red('error:')} ${error.message}${stack}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failure;
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = debug ? '' : '\n  fix: run it again with --debug to see where it comes from';
  print(io.err, `${colors.red('unexpected error:')} ${message}${hint}${stack}`);
  return EXIT.failure;
}

/** The stack of an error and of what caused it. */
function stackOf(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
