import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildRecipe, type DataTask, parseConfig } from '../src/public/config.ts';

/** The configs of the pages, as JSON. */
const CONFIGS = ['../../../docs/configs.md', '../../../docs/tables.md', '../README.md'].flatMap((page) =>
  [...readFileSync(new URL(page, import.meta.url), 'utf8').matchAll(/```json\n(.*?)```/gs)]
    .map(([, text = '']) => text)
    .filter((text) => text.includes('"model"'))
    .map((text) => [`${page} ${/"data": .*/.exec(text)?.[0]}`, text] as const),
);

test.each(CONFIGS)('a config of the pages can be made: %s', (name, text) => {
  const config = parseConfig(text, name);
  const task: DataTask = { name: 'data', task: /multi-label/.test(text) ? 'multi-label' : 'classification' };
  expect(() => buildRecipe(config, task)).not.toThrow();
});

test('there are some of each kind', () => {
  for (const kind of ['texts', 'imdb', 'corpus', 'series', 'table', 'labels', 'masks', 'boxes', 'csv'])
    expect(CONFIGS.filter(([, text]) => text.includes(`"${kind}":`)).length, kind).toBeGreaterThan(0);
});
