import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';

/** Counts and times, for Prometheus. */
export function addMetrics(app: FastifyInstance, { metrics }: Context): void {
  app.get('/metrics', async (_, reply) => {
    const { type, body } = await metrics.text();
    return reply.header('content-type', type).send(body);
  });
}
