/** What a template's own test wants after a short training. */
export interface Expectation {
  readonly metric: string;
  /** A function of JavaScript that says whether its value is good enough. */
  readonly enough: string;
  readonly epochs: number;
}

/** A project to begin with; its files lie in `templates/<name>`, or it is a config of `examples`. */
export interface Template {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** The config that `descent train` takes; null where the project has a program of its own. */
  readonly config: string | null;
  readonly isExample?: true;
  readonly expects: Expectation | null;
  /** Packages of Descent besides the command. */
  readonly packages: readonly string[];
  readonly others?: Readonly<Record<string, string>>;
  readonly development?: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  /** What its programs make besides runs, which belongs into no repository. */
  readonly made?: readonly string[];
  /** What to do first in the new folder, after `npm install`. */
  readonly first: string;
}

const CORE = ['@descent/core'];
const WITH_DATA = ['@descent/backend-onnx', '@descent/core', '@descent/datasets'];
/** What a page runs on, and what builds it. */
const RUNTIME = { 'onnxruntime-web': '^1.30.0' };
const BUILDER = { vite: '^8.0.0' };

function trained(
  name: string,
  title: string,
  config: string,
  expects: Expectation,
  packages: readonly string[] = CORE,
): Template {
  const scripts = {
    train: `descent train ${config}`,
    summary: `descent summary ${config}`,
    test: 'node --test',
  };
  return { name, title, config, expects, packages, scripts, first: 'npm run train' };
}

function example(name: string, title: string, config: string, expects: Expectation): Template {
  return { ...trained(name, title, config, expects), isExample: true };
}

/** Every template, the simplest first. */
export const TEMPLATES: readonly Template[] = [
  example('mlp', 'one hidden layer on handwritten digits', 'mlp.config.ts', {
    metric: 'accuracy',
    enough: '(reached) => reached > 0.85',
    epochs: 1,
  }),
  example('lenet', 'a small convolutional network on handwritten digits', 'lenet.config.ts', {
    metric: 'accuracy',
    enough: '(reached) => reached > 0.85',
    epochs: 1,
  }),
  trained('resnet', 'residual blocks with batch norm on handwritten digits', 'resnet.config.ts', {
    metric: 'accuracy',
    // After the first, at its largest rate, the accuracy is anything from 0.4 to 0.8; after the second 0.93 and more.
    enough: '(reached) => reached > 0.85',
    epochs: 2,
  }),
  trained(
    'tabular',
    'rents of flats from a CSV file with numbers and categories',
    'rents.json',
    { metric: 'loss', enough: '(reached) => reached < 0.1', epochs: 30 },
    [],
  ),
  trained(
    'text',
    'reviews from a CSV file, told apart by a GRU over their characters',
    'reviews.json',
    { metric: 'accuracy', enough: '(reached) => reached > 0.9', epochs: 15 },
    [],
  ),
  trained('own-layer', 'a layer of your own, written with operations', 'own-layer.config.ts', {
    metric: 'accuracy',
    enough: '(reached) => reached > 0.85',
    epochs: 1,
  }),
  {
    name: 'own-loop',
    title: 'a training loop written by hand, in a program of your own',
    config: null,
    expects: null,
    packages: WITH_DATA,
    others: { 'onnxruntime-node': '^1.30.0' },
    scripts: { train: 'node train.mjs', test: 'node --test' },
    first: 'npm run train',
  },
  {
    name: 'fine-tune',
    title: 'an ONNX file that learns other classes of pictures',
    config: null,
    expects: null,
    packages: ['@descent/cli', ...WITH_DATA],
    others: { 'onnxruntime-node': '^1.30.0' },
    scripts: {
      base: 'node make-base.mjs',
      train: 'descent finetune base.onnx --data pictures --freeze body --epochs 20 --lr 0.01',
      predict: 'descent predict runs/base-finetuned pictures/five/*.png --top 1',
      test: 'node --test',
    },
    first: 'npm run base && npm run train',
    made: ['base.onnx', 'pictures'],
  },
  {
    name: 'browser',
    title: 'a web page that trains, built with Vite',
    config: null,
    expects: null,
    packages: WITH_DATA,
    others: RUNTIME,
    development: BUILDER,
    scripts: { dev: 'vite', build: 'vite build', preview: 'vite preview', test: 'node --test' },
    first: 'npm run dev',
  },
];
