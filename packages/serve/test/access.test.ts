import { request } from 'node:http';
import { expect, test } from 'vitest';
import { ask, doubling, infer, started } from './servers.ts';

const INFER = '/v2/models/digits/infer';

/** The status for a request with other headers than `fetch` lets through. */
function statusOf(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

test('on this machine alone, other names are refused, as a page would have that was led here', async () => {
  const { port } = await started(() => doubling());
  const statuses = ['localhost:1', `127.0.0.1:${port}`, '[::1]', 'evil.example', 'localhost.evil.example'].map((host) =>
    statusOf(port, '/v2', { host }),
  );
  expect(await Promise.all(statuses)).toEqual([200, 200, 200, 403, 403]);
});

test('a token is wanted for all but what says whether the server lives', async () => {
  const server = await started(() => doubling(), { token: 'a-long-secret' });
  const without = await ask(server, INFER, infer([[1, 2]]));
  expect(without).toMatchObject({
    status: 401,
    json: { error: expect.stringMatching(/Authorization: Bearer <token>/) },
  });
  expect(without.headers.get('www-authenticate')).toBe('Bearer');
  for (const authorization of ['Bearer a-long-secre', 'Bearer a-long-secret2', 'a-long-secret', 'Basic a-long-secret'])
    expect((await ask(server, '/v2', undefined, { authorization })).status).toBe(401);
  for (const authorization of ['Bearer a-long-secret', 'bearer a-long-secret'])
    expect((await ask(server, INFER, infer([[1, 2]]), { authorization })).status).toBe(200);
  expect((await ask(server, '/metrics')).status).toBe(401);
  expect((await ask(server, '/v2/health/live')).status).toBe(200);
  expect((await ask(server, '/v2/health/ready/')).status).toBe(200);
});

test('others reach a server only with a token', async () => {
  await expect(started(() => doubling(), { host: '0.0.0.0' })).rejects.toThrow(/other machines reach needs a token/);
  await expect(started(() => doubling(), { host: '0.0.0.0', token: 'short' })).rejects.toThrow(/8 to 1,024 characters/);
});

test('pages of the origins that are named may ask, and of no others', async () => {
  const origin = 'https://example.org';
  const server = await started(() => doubling(), { cors: [origin], token: 'a-long-secret' });
  const before = await fetch(`${server.url}${INFER}`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });
  expect(before.status).toBe(204);
  expect(before.headers.get('access-control-allow-origin')).toBe(origin);
  expect(before.headers.get('access-control-allow-headers')).toContain('authorization');
  const answer = await ask(server, INFER, infer([[1, 2]]), { origin, authorization: 'Bearer a-long-secret' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect((await ask(server, INFER, infer([[1, 2]]), { origin: 'https://example.com' })).status).toBe(403);
  await expect(started(() => doubling(), { cors: ['*'] })).rejects.toThrow(/no origin/);
});
