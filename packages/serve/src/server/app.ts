import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { UnavailableError } from '../batching/errors.ts';
import type { PageFile } from '../page/page-files.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { ErrorBody } from '../protocol/metadata.ts';
import { accessCheck } from './access.ts';
import { answerBroken } from './broken-request.ts';
import type { Context } from './context.ts';
import { failureOf } from './failure.ts';
import type { Load } from './load.ts';
import { memoryFull, readBody } from './read-body.ts';
import { addHealth } from './routes/health.ts';
import { addInfer } from './routes/infer.ts';
import { addMetrics } from './routes/metrics.ts';
import { addModels } from './routes/models.ts';
import { addPage } from './routes/page.ts';
import { addPredict } from './routes/predict.ts';

/** Names and values of one request. */
const MOST_HEADERS = 100;

/** The routes, and what is done with every request. */
export async function createApp(
  context: Context,
  page: ReadonlyMap<string, PageFile>,
  load: Load,
): Promise<FastifyInstance> {
  const { settings, metrics, isClosing } = context;
  const { timeout, bodyLimit, memoryLimit, connections, onEvent } = settings;
  const app = fastify({
    bodyLimit,
    requestTimeout: timeout,
    // A client that does not read its answer holds it in memory.
    connectionTimeout: Math.min(2 * timeout + 75_000, 2 ** 31 - 1),
    keepAliveTimeout: 75_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    exposeHeadRoutes: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1024 },
    // Node looks for requests that do not come this often.
    // A request without a Host is answered in words, too.
    http: {
      requireHostHeader: false,
      connectionsCheckingInterval: Math.min(5_000, Math.max(50, timeout / 4)),
      headersTimeout: timeout,
    },
    clientErrorHandler: answerBroken,
    frameworkErrors: (error, _, reply) => fail(error, reply as unknown as FastifyReply),
  });
  app.server.maxConnections = connections;
  app.server.on('checkExpectation', (_, response: ServerResponse) =>
    answerBroken({ name: 'Error', message: '', code: 'EXPECTATION' }, response.socket as Socket),
  );

  const fail = (error: unknown, reply: FastifyReply): void => {
    const { status, error: text, retryAfter, isMistake } = failureOf(error);
    if (isMistake) onEvent({ type: 'error', error });
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    const body: ErrorBody = { error: text };
    void reply.code(status).send(body);
  };

  if (settings.cors.length > 0) {
    const exposedHeaders = ['Inference-Header-Content-Length', 'Retry-After'];
    await app.register(cors, { origin: [...settings.cors], methods: ['GET', 'POST'], exposedHeaders, maxAge: 600 });
  }
  const routes: { readonly method: string; readonly pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:[a-z]+/g, '[^/]+')}/?$`);
    for (const one of [method].flat()) routes.push({ method: one, pattern });
  });
  const expectAccess = accessCheck(settings, (route) => page.has(route));
  app.addHook('onRequest', async (request, reply) => {
    load.begin(request.raw);
    // Also comes where the client goes away, when `onResponse` does not.
    reply.raw.once('close', () => load.end(request.raw));
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined)
      throw new ProtocolError('the request has no Host', { expected: 'the header Host, as HTTP/1.1 asks for it' });
    if (request.raw.rawHeaders.length / 2 > MOST_HEADERS)
      throw new ProtocolError('the request has too many headers', { expected: `at most ${MOST_HEADERS}` }, 431);
    // What the router found, not what an address may be made to look like.
    const route = request.is404 ? null : (request.routeOptions.url ?? null);
    expectAccess({ method: request.method, route, headers: request.headers });
    if (isClosing() && request.method === 'POST') {
      reply.header('connection', 'close');
      metrics.refused('closing');
      throw new UnavailableError('the server ends', { fix: 'ask another one, or again when it is back' });
    }
    expectRoom();
  });
  const expectRoom = (): void => {
    if (load.bytes() <= memoryLimit) return;
    metrics.refused('memory');
    throw memoryFull(load.bytes(), memoryLimit);
  };
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, routeOptions } = request;
    const milliseconds = reply.elapsedTime;
    metrics.request(routeOptions.url ?? 'none', method, reply.statusCode, milliseconds);
    onEvent({ type: 'request', method, url, status: reply.statusCode, milliseconds });
  });
  app.removeAllContentTypeParsers();
  const onUnannounced = (request: IncomingMessage, size: number): void => {
    load.hold(request, size);
    expectRoom();
  };
  app.addContentTypeParser('*', (_, body, done) => readBody(body, { bodyLimit, onUnannounced }, done));
  app.setErrorHandler((error: FastifyError, _, reply) => fail(error, reply));
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request;
    const path = url.split('?', 1)[0] ?? '/';
    const allowed = routes.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    const received = `${method} ${path.slice(0, 200)}`;
    fail(
      allowed.length === 0
        ? new ProtocolError('there is no such route', { received, expected: ROUTES }, 404)
        : new ProtocolError('this route is asked in another way', { received, fix: `ask with ${allowed[0]}` }, 405),
      reply,
    );
  });

  addHealth(app, context);
  addModels(app, context);
  addInfer(app, context);
  addPredict(app, context);
  addMetrics(app, context);
  addPage(app, page);
  return app;
}

const ROUTES =
  'GET /v2, /v2/health/live, /v2/health/ready, /v2/models, /v2/models/<name>, /descent/models, /descent/models/<name> or /metrics; POST /v2/models/<name>/infer or /descent/models/<name>/predict';
