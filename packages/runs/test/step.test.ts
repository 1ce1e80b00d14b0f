import { tensor } from '@descent/core';
import { type InspectedLayer, type InspectedParameter, tensorStatistics } from '@descent/core/diagnose';
import { expect, test } from 'vitest';
import { environment } from '../src/report/environment.ts';
import { renderStep } from '../src/step/render-step.ts';
import type { StepPage } from '../src/step/step-page.ts';

const of = (...numbers: readonly number[]) => tensorStatistics(tensor([...numbers]));

const LAYER: InspectedLayer = {
  path: '0',
  label: 'own <layer>',
  of: '',
  shape: [2, 4],
  output: of(-1, 0, 1, 2, 2, 2),
  gradient: of(0.001, -0.002),
  dead: 3,
  units: 4,
  saturated: null,
  steps: null,
};
const PARAMETER: InspectedParameter = {
  name: '0.weight',
  layer: '0',
  shape: [4, 3],
  value: of(1, 2),
  gradient: of(Number.NaN, 1),
  update: of(0.5, 0.5),
  ratio: 0.3162,
  lr: 0.1,
};
const PAGE: StepPage = {
  title: 'run <1>, step 7',
  lead: 'Epoch 2, batch 3.',
  failed: true,
  tiles: [{ name: 'loss', value: 'NaN' }],
  notes: [{ tone: 'warn', title: 'the loss became NaN', text: 'try lr < 0.1' }],
  layers: [
    LAYER,
    { ...LAYER, path: '1', label: 'log', dead: null, saturated: 0.25, output: of(Number.NaN), gradient: null },
  ],
  parameters: [PARAMETER, { ...PARAMETER, name: '1.scale', gradient: null, update: null, ratio: null, lr: null }],
  samples: [
    { row: 12, input: 'a "text"', target: 'cat', answer: '<dog>', probability: 0.75, right: false },
    { row: null, input: '1, 2', target: 'cat', answer: 'cat', probability: null, right: true },
  ],
  batchSize: 5,
  losses: [
    { step: 5, loss: 1 },
    { step: 6, loss: 1e34 },
    { step: 7, loss: Number.NaN },
  ],
  watched: {
    name: 'the largest of 0.weight',
    points: [
      { step: 6, value: 1 },
      { step: 7, value: 2 },
    ],
  },
  step: 7,
  conditions: [['backend', 'onnx:cpu']],
  environment: environment(),
};

test('the page of a step says what each layer and parameter did, with what is not finite; all text is escaped', () => {
  const page = renderStep(PAGE);
  expect(page).toContain('<h1>run &lt;1&gt;, step 7</h1>');
  expect(page).toContain('Failed step');
  expect(page).toContain('try lr &lt; 0.1');
  expect(page).toContain('own &lt;layer&gt;');
  expect(page).toContain('<b>3 of 4</b>');
  expect(page).toMatch(/25\u202f%/);
  // Of the output of the second layer, and of the gradients of the first parameter.
  expect(page.match(/<b class="wrong">1 not finite<\/b>/g)).toHaveLength(2);
  expect(page).toContain('<b>0.316</b>');
  expect(page).toContain('stays');
  expect(page).toContain('<b class="wrong">&lt;dog&gt;</b>');
  expect(page).toContain('3 more are not shown');
  expect(page).toContain('the largest of 0.weight');
  expect(page).toMatch(/<text [^>]*>1e30<\/text>/);
  // Half of the numbers of the output are 2, which is the last and highest bar, and 0 has its line.
  expect(page).toMatch(
    /aria-label="output: 6 numbers from −1 to 2"[\s\S]*?y="0" width="\d.*?height="30"[\s\S]*?<line x1="44"/,
  );
  expect(page).not.toMatch(/<dog>|<layer>|undefined|<script/);
});

test('what a layer gives at each step of a loop is a curve', () => {
  const steps = { output: [1, 0.5, 0.25], gradient: [1e-6, 1e-3, 1], reverse: false };
  const page = renderStep({ ...PAGE, layers: [LAYER, { ...LAYER, path: '1', label: 'lstm', of: 'state h', steps }] });
  expect(page).toContain('In loops, step by step');
  expect(page).toContain('3\u00a0steps');
  expect(page).toContain('1 lstm (state h)');
  expect(renderStep(PAGE)).not.toContain('In loops');
});

test('pictures stand beside each other, and a batch without anything to judge is not judged', () => {
  const image = 'data:image/png;base64,AA==';
  const page = renderStep({ ...PAGE, samples: PAGE.samples.map((one) => ({ ...one, image })) });
  expect(page.match(/<img src="data:image\/png;base64,AA=="/g)).toHaveLength(2);
  expect(page).toContain('1 of 2 shown answered right');
  const plain = renderStep({
    ...PAGE,
    notes: [],
    losses: [],
    samples: PAGE.samples.map((one) => ({ ...one, right: null })),
  });
  expect(plain).not.toContain('answered right');
  expect(plain).not.toContain('What stands out');
});
