import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curl, typescript } from '../../page/snippets.js';

const ASKED = { origin: 'http://127.0.0.1:8000', model: 'digits', version: undefined, hasToken: false };
const PICTURE = { ...ASKED, path: '/descent/models/digits/predict?top=5', type: 'image/png', file: "it's.png" };
const TENSOR = { name: 'my input', shape: [1, 2], datatype: 'FP32', data: [[1, 2]] };
const TENSORS = { ...ASKED, path: '/v2/models/digits/infer', type: 'application/json', json: { inputs: [TENSOR] } };

/** What a shell makes of the words of a command. */
function words(command: string): readonly string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8', env: { TOKEN: 'abc' } })
    .split('\0')
    .slice(0, -1);
}

test('curl gets what was asked, whatever is in it', () => {
  const url = `${ASKED.origin}${PICTURE.path}`;
  expect(words(curl(PICTURE))).toEqual(['curl', url, '-H', 'Content-Type: image/png', '--data-binary', "@it's.png"]);
  const json = { text: `it's "$HOME" \`x\` \\ \n` };
  const asked = { ...ASKED, path: '/p', type: 'application/json', json, hasToken: true };
  const made = words(curl(asked));
  expect(made).toContain('Authorization: Bearer abc');
  expect(JSON.parse(made.at(-1) ?? '')).toEqual(json);
});

test('the lines of TypeScript are those of the client', () => {
  expect(typescript({ ...PICTURE, hasToken: true, version: '2' })).toBe(`import { readFile } from 'node:fs/promises';
import { createClient } from '@descent/serve/client';

const client = createClient('http://127.0.0.1:8000', { token: process.env['TOKEN'] ?? '' });
const answer = await client.predict('digits', { image: await readFile('it\\'s.png') }, { version: '2' });
console.log(answer);`);
  expect(typescript(TENSORS)).toBe(`import { createClient } from '@descent/serve/client';

const client = createClient('http://127.0.0.1:8000');
const { outputs } = await client.infer('digits', {
  'my input': { shape: [1,2], datatype: 'FP32', data: [1,2] },
});
console.log(outputs);`);
  const rows = { ...ASKED, path: '/descent/p', type: 'application/json', json: { items: [{ row: { "it's": '\\' } }] } };
  expect(typescript(rows)).toContain(`client.predict('digits', [{"row":{"it's":"\\\\"}}]);`);
});
