import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { svg } from './examples/pictured.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the picture in docs/models.md is what the code beside it draws', async () => {
  const page = read('docs/models.md');
  expect(page).toContain(`\`\`\`ts run\n${read('packages/core/test/examples/pictured.ts')}\`\`\``);
  expect(page).toContain('](pictures/residual-and-concat.svg)');
  // After a change of what pictures look like: `pnpm exec vitest run packages/core/test/picture.test.ts --update`.
  await expect(svg).toMatchFileSnapshot('../../../docs/pictures/residual-and-concat.svg');
});
