import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '../io.ts';
import { examples, gathered, port, wholeWithin, within } from '../options.ts';
import type { ServeWanted } from '../serve/serve.ts';

type ServeOptions = Omit<ServeWanted, 'json'> & { readonly json?: boolean };

export function addServe(program: Command, io: Io): void {
  program
    .command('serve')
    .summary('answer for trained networks over HTTP')
    .description(
      'Answers for networks by the Open Inference Protocol v2, as Triton and KServe do: a .onnx file, the folder of a run, or a folder of models, <model>/<version>/model.onnx. Requests that come at the same time are joined into batches, files that change are taken over, and a page on the same address tries the models. Only this machine is answered unless --host says otherwise; then a token is wanted.',
    )
    .argument('<models>', 'a .onnx file, the folder of a run, or a folder of models')
    .option('--port <n>', 'the port; 0 takes a free one', port, 8000)
    .option('--host <address>', 'the address to listen on; 0.0.0.0 is all of them', '127.0.0.1')
    .option('--backend <name>', 'what runs the networks: onnx:cpu, onnx:cuda, …; for a run any backend', 'onnx:cpu')
    .option(
      '--threads <n>',
      'threads of ONNX Runtime for each network (default: one for each core)',
      wholeWithin(1, 1024),
    )
    .option('--max-batch <rows>', 'the most rows that requests are joined to; 1 joins none', wholeWithin(1, MOST), 32)
    .option(
      '--max-delay <ms>',
      'how long a request may wait for others while the network is idle; 0 joins what comes at the same time',
      within(0, 60_000),
      0,
    )
    .option('--queue <n>', 'requests that may wait, for each network; others get 503', wholeWithin(1, MOST), 256)
    .option(
      '--timeout <seconds>',
      'until a request is answered with 504, or with 408 while it comes',
      within(0.001, SECONDS),
      30,
    )
    .addOption(
      new Option('--body-limit <size>', 'the largest body: 64MB, 512kB, or bytes')
        .argParser(bytes)
        .default(64 * 2 ** 20, '64MB'),
    )
    .option('--reload <seconds>', 'how often the files are looked at; 0: never again', within(0, SECONDS), 1)
    .option('--token-file <file>', 'a file with the token that requests must bring (default: that in DESCENT_TOKEN)')
    .option(
      '--cors <origin>',
      'an origin whose pages may ask, such as https://example.org; as often as wanted',
      gathered,
      [],
    )
    .option('--json', 'print what happens as JSON, one object a line')
    .addHelpText(
      'after',
      examples(
        'descent serve runs/lenet',
        'descent serve model.onnx --port 0 --json',
        'descent serve models --max-batch 64 --max-delay 2',
        'descent serve runs/lenet --backend tfjs:wasm',
        'DESCENT_TOKEN=$(cat token) descent serve models --host 0.0.0.0',
      ),
    )
    .action(async (path: string, options: ServeOptions) => {
      // The server and its framework are not needed for anything else.
      const { serve } = await import('../serve/serve.ts');
      const { timeout, reload, json = false } = options;
      await serve(path, { ...options, timeout: timeout * 1000, reload: reload * 1000, json }, io);
    });
}

/** Of rows and of requests. */
const MOST = 2 ** 20;
/** The longest time that a timer measures. */
const SECONDS = 2_147_483;
const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 };

function bytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const value = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (number !== '' && value >= 1 && value <= 2 ** 31 - 1) return value;
  throw new InvalidArgumentError('Expected a size of at most 2GB, such as 64MB, 512kB or 1000000.');
}
