import { describe, expect, test } from 'vitest';
import { HELP, parseOptions } from '../options.ts';

test('without words everything is measured', () => {
  expect(parseOptions([])).toMatchObject({
    help: false,
    quick: false,
    json: null,
    rounds: 15,
    threads: [1, 2],
    parts: [
      'train-step',
      'networks',
      'scaling',
      'epoch',
      'javascript',
      'data',
      'memory',
      'compile',
      'check',
      'inference',
      'serve',
      'parity',
      'browser',
    ],
    nets: ['mlp', 'lenet', 'cnn'],
    budget: 120,
    requests: 20_000,
  });
  expect(parseOptions([]).networks).toContain('gpt');
  expect(parseOptions([]).networks).not.toContain('lstm-512');
});

test('words choose', () => {
  const words = [
    'memory',
    'train-step',
    '--net',
    'cnn, mlp',
    '--engines=descent',
    '--rounds',
    '7',
    '--threads',
    '2',
    '--json',
    'x.json',
  ];
  expect(parseOptions(words)).toMatchObject({
    parts: ['train-step', 'memory'],
    nets: ['mlp', 'cnn'],
    engines: ['descent'],
    rounds: 7,
    threads: [2],
    json: 'x.json',
  });
  expect(parseOptions(['--quick'])).toMatchObject({ rounds: 3, budget: 15 });
  expect(parseOptions(['--net', 'unet,lstm-512,mlp', '--budget', '0'])).toMatchObject({
    nets: ['mlp'],
    networks: ['lstm-512', 'unet'],
    budget: 0,
  });
});

describe('a wrong word is an error that lists the right ones', () => {
  test.each([
    [['epochs'], 'part epochs: expected one of train-step, networks, scaling, epoch, javascript, data, memory'],
    [['--net', 'resnext'], '--net resnext: expected one of mlp, lenet, cnn, gpt, gru'],
    [['--budget=-1'], '--budget -1: expected a whole number of seconds'],
    [['--budget', '1e3'], '--budget 1e3: expected a whole number of seconds'],
    [['--engines', 'descent,jax'], '--engines jax: expected one of descent, descent-fit'],
    [['--threads', '4'], '--threads 4: expected one of 1, 2'],
    [['--rounds', '0'], '--rounds 0: expected a whole number of at least 1'],
    [['--round', '3'], "Unknown option '--round'"],
  ])('%j', (words, message) => {
    expect(() => parseOptions(words)).toThrow(message);
  });
});

test('the help names every option and engine', () => {
  for (const word of [
    '--net',
    '--engines',
    '--rounds',
    '--budget',
    '--quick',
    '--json',
    'by-hand',
    'pytorch-best',
    'tfjs-cpu',
  ]) {
    expect(HELP).toContain(word);
  }
});
