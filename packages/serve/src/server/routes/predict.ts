import { DescentError } from '@descent/core';
import type { FastifyInstance } from 'fastify';
import { UnavailableError } from '../../batching/errors.ts';
import type { LiveModel } from '../../models/live-model.ts';
import { requestOfSample } from '../../models/requests.ts';
import type { PredictAnswer, PredictItem, Predictor } from '../../models/served-model.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { ask } from '../ask.ts';
import { type Context, type ModelParams, modelOf, modelPaths } from '../context.ts';
import type { ServeSettings } from '../options.ts';
import { predictItems } from '../predict-items.ts';

type Answered = (PredictAnswer & { readonly inverted?: boolean }) | { readonly error: string };

/** What of a model people want to know, and answers about pictures, rows and texts, which are prepared as training did. */
export function addPredict(app: FastifyInstance, context: Context): void {
  app.get('/descent/models', () => ({ models: context.registry.live().map(described) }));
  for (const path of modelPaths('/descent', '')) {
    app.get<{ Params: ModelParams }>(path, (request) => described(modelOf(context, request.params)));
  }
  for (const path of modelPaths('/descent', '/predict')) {
    app.post<{ Params: ModelParams; Querystring: { readonly top?: unknown } }>(path, async (request) => {
      const live = modelOf(context, request.params);
      // Items are prepared while a changed file may be taken over.
      const release = live.hold();
      try {
        const top = topOf(request.query.top);
        const { items, isList } = predictItems(request);
        const predictor = predictorOf(live, items);
        const one = async (item: PredictItem): Promise<Answered> => {
          const { x, inverted } = await predictor.prepare(item);
          const outputs = await ask(
            context,
            live,
            requestOfSample(x, live.model, live.joining.most > 1),
            request.raw.socket,
          );
          return { ...predictor.answer(outputs, top), ...(inverted !== undefined && { inverted }) };
        };
        const answers = isList
          ? await inTurn(items, together(context.settings), one)
          : [await one(items[0] as PredictItem)];
        return { model_name: live.name, model_version: live.version, answers };
      } finally {
        release();
      }
    });
  }
}

/** Items of one request that are under way at once: they fill batches, and leave room in the queue for others. */
function together({ queue }: ServeSettings): number {
  return Math.min(64, Math.ceil(queue / 4));
}

/** An answer for each item; those that cannot be read say why. */
async function inTurn(
  items: readonly PredictItem[],
  most: number,
  one: (item: PredictItem) => Promise<Answered>,
): Promise<readonly Answered[]> {
  const answers: Answered[] = new Array(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      answers[i] = await one(items[i] as PredictItem).catch((error: unknown) => {
        // Where the server cannot go on, half a list of answers helps nobody.
        if (!(error instanceof DescentError) || error instanceof UnavailableError) throw error;
        return { error: error.message };
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return answers;
}

function predictorOf({ name, model }: LiveModel, items: readonly PredictItem[]): Predictor {
  const { predictor } = model;
  const odd = items.find(({ kind }) => predictor?.accepts.includes(kind) !== true);
  if (predictor !== undefined && odd === undefined) return predictor;
  throw new ProtocolError(`the model '${name}' takes no such items`, {
    received: odd?.kind ?? 'items',
    expected: predictor?.accepts.join(', ') || `tensors: POST /v2/models/${name}/infer`,
    ...(predictor?.why !== undefined && { fix: predictor.why }),
  });
}

function topOf(value: unknown): number {
  const top = value === undefined ? 3 : Number(value);
  if (Number.isSafeInteger(top) && top >= 1) return top;
  throw new ProtocolError('this is no count of classes', {
    path: 'top',
    received: String(value).slice(0, 60),
    expected: 'a whole number of at least 1',
  });
}

function described({ name, version, model, joining }: LiveModel): object {
  const { backend, inputs, outputs, outputKind, labels = [], preprocessing, predictor } = model;
  return {
    name,
    version,
    backend,
    inputs,
    outputs,
    outputKind,
    labels,
    preprocessing,
    predict: {
      accepts: predictor?.accepts ?? [],
      columns: predictor?.columns,
      choices: predictor?.choices,
      why: predictor?.why,
    },
    batching: { joins: joining.most > 1, most: joining.most, why: joining.why },
  };
}
