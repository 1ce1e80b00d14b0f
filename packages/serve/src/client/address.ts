import { describeValue, ValueError } from '@descent/core';

/** The address of a server without a slash at its end. Throws a `ValueError` for what is none. */
export function baseOf(url: unknown): string {
  const parsed = typeof url === 'string' || url instanceof URL ? parse(`${url}`) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    throw new ValueError('this is no address of a server', {
      path: 'url',
      received: describeValue(url),
      expected: "such as 'http://127.0.0.1:8000', without ? and #",
    });
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ValueError('names and passwords in an address are not sent', {
      path: 'url',
      received: `an address with a name in front of ${parsed.host}`,
      expected: `${parsed.protocol}//${parsed.host}`,
      fix: 'give a token: createClient(url, { token }), or headers: { Authorization: … }',
    });
  }
  return parsed.href.replace(/\/+$/, '');
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** `/v2/models/<model>[/versions/<version>]`. Throws a `ValueError` for names that would be another place. */
export function modelPath(model: unknown, version?: unknown): string {
  const path = `/v2/models/${part('model', model)}`;
  if (version === undefined) return path;
  return `${path}/versions/${part('version', typeof version === 'number' ? `${version}` : version)}`;
}

function part(what: string, value: unknown): string {
  // An address takes one or two dots for a folder and drops them.
  if (typeof value === 'string' && value !== '' && !/^\.{1,2}$/.test(value)) return encodeURIComponent(value);
  throw new ValueError(`this is no ${what}`, { path: what, received: describeValue(value), expected: 'a name' });
}
