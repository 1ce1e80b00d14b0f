import type { FastifyInstance } from 'fastify';
import type { PageFile } from '../../page/page-files.ts';

/** What the page may load: its own files, pictures that it draws itself, and nothing of others. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page to try models. */
export function addPage(app: FastifyInstance, files: ReadonlyMap<string, PageFile>): void {
  for (const [path, { type, body }] of files) {
    app.get(path, (_, reply) =>
      reply
        .headers({
          'content-type': type,
          'content-security-policy': POLICY,
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-cache',
        })
        .send(typeof body === 'string' ? body : Buffer.from(body)),
    );
  }
}
