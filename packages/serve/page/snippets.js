// The same request for other programs. Pure. A token is never written into them.

/**
 * What was asked.
 * @typedef {{
 *   readonly path: string,
 *   readonly model: string,
 *   readonly version: string | undefined,
 *   readonly type: string,
 *   readonly file?: string,
 *   readonly json?: unknown,
 *   readonly origin: string,
 *   readonly hasToken: boolean,
 * }} Asked
 */

/**
 * @param {Asked} asked
 * @returns {string} one command for a shell
 */
export function curl({ origin, path, type, file, json, hasToken }) {
  const body =
    file === undefined ? `--data-raw ${quoted(JSON.stringify(json))}` : `--data-binary ${quoted(`@${file}`)}`;
  return [
    `curl ${quoted(`${origin}${path}`)}`,
    ...(hasToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    `-H ${quoted(`Content-Type: ${type}`)}`,
    body,
  ].join(' \\\n  ');
}

/**
 * @param {Asked} asked
 * @returns {string} a program
 */
export function typescript({ origin, path, model, version, file, json, hasToken }) {
  const client = [
    `const client = createClient(${text(origin)}${hasToken ? ", { token: process.env['TOKEN'] ?? '' }" : ''});`,
  ];
  const start = ["import { createClient } from '@descent/serve/client';", ''];
  if (path.includes('/infer')) {
    const { inputs = [] } = /** @type {{ inputs?: readonly Tensor[] }} */ (json ?? {});
    const options = version === undefined ? '' : `, { version: ${text(version)} }`;
    return [
      ...start,
      ...client,
      `const { outputs } = await client.infer(${text(model)}, {`,
      ...inputs.map(
        ({ name, shape, datatype, data }) =>
          `  ${key(name)}: { shape: ${JSON.stringify(shape)}, datatype: ${text(datatype)}, data: ${list(data)} },`,
      ),
      `}${options});`,
      'console.log(outputs);',
    ].join('\n');
  }
  const options = version === undefined ? '' : `, { version: ${text(version)} }`;
  const { items, ...one } = /** @type {{ items?: readonly unknown[] }} */ (json ?? {});
  const item = file === undefined ? JSON.stringify(items ?? one) : `{ image: await readFile(${text(file)}) }`;
  return [
    ...(file === undefined ? [] : ["import { readFile } from 'node:fs/promises';"]),
    ...start,
    ...client,
    `const answer = await client.predict(${text(model)}, ${item}${options});`,
    'console.log(answer);',
  ].join('\n');
}

/** @typedef {{ readonly name: string, readonly shape: readonly number[], readonly datatype: string, readonly data: unknown }} Tensor */

/** @param {unknown} data */
function list(data) {
  return JSON.stringify(Array.isArray(data) ? data.flat(Number.POSITIVE_INFINITY) : data);
}

/** @param {string} name */
function key(name) {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** @param {string} value */
function text(value) {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/**
 * For a shell of POSIX.
 * @param {string} value
 */
function quoted(value) {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
