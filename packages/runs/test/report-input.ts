import { linear, relu, sequential, summarize } from '@descent/core';
import { drawModel } from '@descent/core/draw';
import { averageScores, type ClassEvaluation, classScores, type ReportInput } from '@descent/runs';

/** A name that would do harm as markup, in an element and in an attribute. */
export const EVIL = `<script>alert("1")</script>'&amp;`;

const confusion = [
  [7, 1, 0],
  [2, 1500, 3],
  [0, 4, 5],
];

export const EVALUATION: ClassEvaluation = {
  kind: 'classes',
  set: 'test',
  samples: 1522,
  classes: ['cat', EVIL, 'a very long name of a class'],
  confusion,
  accuracy: 1512 / 1522,
  scores: classScores(confusion),
  averages: averageScores(confusion),
  mistakes: [
    { index: 41, label: 0, predicted: 1, probability: 0.987, image: 'data:image/png;base64,iVBORw0KGgo=' },
    { index: 1207, label: 1, predicted: 2, probability: 0.5, image: null },
  ],
};

const MODEL = sequential(linear(4, 300), relu(), linear(300, 3));

/** A report with everything in it. */
export const INPUT: ReportInput = {
  title: `Digits ${EVIL}`,
  status: 'finished',
  started: '2025-03-04T05:06:07.890Z',
  seconds: 3725,
  directions: { loss: 'lower', accuracy: 'higher' },
  history: [
    {
      epoch: 1,
      train: { loss: 1.5, accuracy: 0.4 },
      validation: { loss: 1.25, accuracy: 0.5 },
      test: null,
      seconds: 2.5,
    },
    {
      epoch: 2,
      train: { loss: 0.5, accuracy: 0.75 },
      validation: { loss: 0.75, accuracy: 0.875 },
      test: null,
      seconds: 2.25,
    },
    { epoch: 3, train: { loss: 0.25, accuracy: 1 }, validation: { loss: 1, accuracy: 0.8125 }, test: null, seconds: 2 },
  ],
  stopped: `told to by ${EVIL}`,
  findings: [{ rule: 'overfitting', seen: `the loss rose ${EVIL}`, advice: `stop earlier ${EVIL}` }],
  learningRate: [
    { step: 1, lr: 0.1 },
    { step: 2, lr: 0.05 },
    { step: 3, lr: 0.025 },
  ],
  evaluation: EVALUATION,
  summary: summarize(MODEL, { shape: [4] }),
  picture: drawModel(MODEL, { sample: { shape: [4] }, title: EVIL }),
  datasets: [
    {
      role: 'train',
      name: `Set ${EVIL}`,
      items: 12_345,
      item: 'float32 [4]',
      licence: `CC0 ${EVIL}`,
      source: 'https://example.org/data?a=1&b="2"',
      sha256: 'ab'.repeat(32),
    },
    {
      role: 'test',
      name: 'Other',
      items: 1522,
      licence: 'CC0',
      source: 'javascript:alert(1)',
      sha256: 'cd'.repeat(32),
    },
  ],
  settings: { optimizer: `sgd ${EVIL}`, 'batch size': 64 },
  config: {
    file: `config ${EVIL}.ts`,
    text: `// ${EVIL}\nexport default {\n\tmodel: '</code></pre><img src=x>',\n};\n`,
  },
  environment: {
    node: '22.1.0',
    os: 'Linux 6.1 x64',
    cpu: { model: `Chip ${EVIL}`, cores: 4 },
    memory: 8_500_000_000,
    packages: { '@descent/core': '0.1.0', '@descent/runs': '0.2.0' },
  },
  backend: { name: 'onnx:cpu', description: `fast ${EVIL}` },
  seed: 7,
  next: [{ what: 'ask it', command: `descent predict ${EVIL}` }],
  checkpoints: [{ file: `step ${EVIL}`, step: 1200, epochs: 3, bytes: 1_234_567 }],
};
