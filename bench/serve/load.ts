import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeInferResponse, type EncodedMessage, encodeInferRequest, HEADER_LENGTH } from '@descent/serve';
import { type Answer, openWire, requestBytes } from './wire.ts';

/** A request that is sent again and again, and what must come back. */
export interface Question {
  readonly path: string;
  readonly message: EncodedMessage;
  readonly rows: number;
  readonly expected: ArrayLike<number>;
}

/** What came of many requests. */
export interface Tally {
  readonly sent: number;
  /** Answered rightly. */
  readonly right: number;
  /** Answered with other numbers. */
  readonly wrong: number;
  /** Refused with 503 and Retry-After. */
  readonly refused: number;
  /** Anything else: other statuses, and connections that ended. */
  readonly other: number;
  readonly seconds: number;
  /** Of those answered rightly, in ms. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function question(
  model: string,
  dtype: 'uint8' | 'float32',
  shape: readonly number[],
  data: Uint8Array | Float32Array,
  expected: ArrayLike<number>,
): Question {
  const tensor =
    dtype === 'uint8'
      ? ({ name: 'input', datatype: 'UINT8', shape, data: data as Uint8Array } as const)
      : ({ name: 'input', datatype: 'FP32', shape, data: data as Float32Array } as const);
  const message = encodeInferRequest({ inputs: [tensor], binaryOutput: true }, true);
  return { path: `/v2/models/${model}/infer`, message, rows: shape[0] ?? 1, expected };
}

/** Sends a question once. */
export function post(
  url: string,
  { path, message }: Pick<Question, 'path' | 'message'>,
  agent: Agent,
): Promise<Answer> {
  const start = performance.now();
  return new Promise((resolve) => {
    const done = (status: number, headers: Answer['headers'] = {}, body: Buffer = Buffer.alloc(0)): void =>
      resolve({ status, headers, body, ms: performance.now() - start });
    const sent = request(`${url}${path}`, {
      agent,
      method: 'POST',
      headers: {
        'Content-Type': message.contentType,
        'Content-Length': message.body.length,
        ...(message.headerLength !== null && { [HEADER_LENGTH]: message.headerLength }),
      },
    });
    sent.on('error', () => done(0));
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done(answer.statusCode ?? 0, answer.headers as Answer['headers'], Buffer.concat(chunks)));
      answer.on('error', () => done(0));
    });
    sent.end(message.body);
  });
}

/** Counts answers. */
export function tally(): { add(question: Question, answer: Answer): void; end(): Tally } {
  const start = performance.now();
  const times: number[] = [];
  let [sent, wrong, refused, other] = [0, 0, 0, 0];
  return {
    add({ expected }, { status, headers, body, ms }) {
      sent++;
      if (status === 200) {
        if (isAs(expected, body, headers)) times.push(ms);
        else wrong++;
      } else if (status === 503 && Number(headers['retry-after']) > 0) refused++;
      else other++;
    },
    end() {
      times.sort((a, b) => a - b);
      const at = (share: number): number =>
        times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
      const seconds = (performance.now() - start) / 1000;
      return { sent, right: times.length, wrong, refused, other, seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
    },
  };
}

function isAs(expected: ArrayLike<number>, body: Buffer, headers: Answer['headers']): boolean {
  try {
    const [output] = decodeInferResponse(body, String(headers[HEADER_LENGTH.toLowerCase()])).outputs;
    const data = output?.data as Float32Array;
    let most = 1e-3;
    for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(expected[i] as number));
    let isRight = data.length === expected.length;
    for (let i = 0; i < expected.length; i++)
      isRight &&= Math.abs((data[i] as number) - (expected[i] as number)) <= 1e-4 * most;
    return isRight;
  } catch {
    return false;
  }
}

/** As many requests at once as there are connections, each followed by the next. */
export async function closedLoop(
  url: string,
  questions: readonly Question[],
  connections: number,
  ms: number,
): Promise<Tally> {
  const counted = tally();
  const end = performance.now() + ms;
  const asked = questions.map((one) => ({ one, bytes: requestBytes(url, one.path, one.message) }));
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const wire = openWire(url);
      while (performance.now() < end) {
        const { one, bytes } = asked[next++ % asked.length] as (typeof asked)[number];
        counted.add(one, await wire.ask(bytes));
      }
      wire.close();
    }),
  );
  return counted.end();
}

/** So many requests a second, whatever becomes of those before. */
export async function openLoop(
  url: string,
  questions: readonly Question[],
  perSecond: number,
  ms: number,
): Promise<Tally> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const counted = tally();
  const start = performance.now();
  const pending: Promise<void>[] = [];
  for (let sent = 0; performance.now() - start < ms; ) {
    for (; sent < ((performance.now() - start) / 1000) * perSecond; sent++) {
      const one = questions[sent % questions.length] as Question;
      pending.push(post(url, one, agent).then((answer) => counted.add(one, answer)));
    }
    await sleep(2);
  }
  await Promise.all(pending);
  agent.destroy();
  return counted.end();
}
