import { expect, test } from 'vitest';
import { environment } from '../src/report/environment.ts';
import { renderSearch } from '../src/search/render-search.ts';
import type { SearchedTrial, SearchPage } from '../src/search/search-page.ts';

function trial(number: number, values: readonly number[], value: number | null): SearchedTrial {
  const reason = value === null ? 'the loss is <NaN>' : null;
  const status = value === null ? 'diverged' : 'done';
  return { trial: number, values, value, status, epochs: 3, seconds: 2, reason };
}

const PAGE: SearchPage = {
  title: 'digits <sweep>',
  how: 'Values at random',
  metric: 'validation.loss',
  mode: 'min',
  parameters: [
    { name: 'lr', kind: 'range', low: 0.01, high: 1, log: true },
    { name: 'act', kind: 'choice', values: ['relu', '<tanh>'] },
  ],
  trials: [trial(2, [0.1, 1], 0.25), trial(1, [0.01, 0], 0.5), trial(3, [1, 0], null)],
  importance: { shares: { lr: 0.75, act: 0.02 }, r2: 0.8, trials: 12 },
  places: [['config', 'best.json']],
  environment: environment(),
};

test('the page says what is best, what was searched, what mattered and how that is known; all text is escaped', () => {
  const page = renderSearch(PAGE);
  expect(page).toContain('<h1>digits &lt;sweep&gt;</h1>');
  expect(page).toContain('Trial 2 came to the best validation.loss: 0.2500.');
  expect(page).toContain('3 trials, of which 1 diverged');
  expect(page).toContain('<code>best.json</code>');
  expect(page).toMatch(/75\u202f%[\s\S]*permutation importance[\s\S]*80\u202f%/);
  expect(page).toContain('the loss is &lt;NaN&gt;');
  expect(page).not.toMatch(/<tanh>|<NaN>|<script|<sweep>/);
  expect(page).not.toMatch(/(?:NaN|undefined|Infinity)(?!&gt;)/);
});

test('a value stands where its scale has it, a trial without a number at the edge of the bad ones', () => {
  const page = renderSearch(PAGE);
  const [first = ''] = page.split('aria-label="validation.loss of 3 trials by lr"').slice(1);
  const svg = first.slice(0, first.indexOf('</svg>'));
  // 0.1 is the middle of 0.01 to 1, between 78 and 454.
  expect(svg).toMatch(/class="first" cx="266" /);
  expect(svg).toMatch(/class="other" cx="78" /);
  expect(svg).toMatch(/class="lost" d="M450 10l8 8m0 -8l-8 8"/);
  const best = renderSearch({ ...PAGE, mode: 'max' });
  expect(best).toMatch(/class="lost" d="M450 230/);
});

test('few trials, one parameter, no number: sections without a meaning are left out, and nothing is made up', () => {
  const reason = '2 trials are too few to say it';
  const one = renderSearch({ ...PAGE, trials: [trial(1, [0.1, 0], 1)], importance: { reason } });
  expect(one).not.toContain('id="parameters"');
  expect(one).toContain(`Which parameter mattered cannot be said: ${reason}.`);
  const none = renderSearch({ ...PAGE, trials: [trial(1, [0.1, 0], null)], importance: { reason } });
  expect(none).toContain('No trial came to a number.');
  const single = renderSearch({
    ...PAGE,
    parameters: [{ name: 'lr', kind: 'range', low: 0.1, high: 0.4, log: false, few: [0.1, 0.4] }],
    trials: [trial(1, [0.1], 1), trial(2, [0.4], 2)],
  });
  expect(single).not.toContain('id="together"');
  expect(single).toMatch(/>0\.1<\/text>[\s\S]*>0\.4<\/text>/);
});
