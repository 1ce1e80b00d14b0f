import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEADER_LENGTH } from '@descent/serve';
import type { Question } from './load.ts';
import { requestBytes } from './wire.ts';

/** How a client goes wrong. */
const WAYS = ['half headers', 'half body', 'gone before the answer', 'answer not read', 'no HTTP'] as const;

/** Connects again and again and goes wrong in every way, until `stop` is called, which waits for the end of all connections. */
export function brokenClients(url: string, { path, message }: Question, atOnce: number): { stop(): Promise<number> } {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isOver = false;
  let count = 0;
  const head = (length: number): string =>
    `POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: ${message.contentType}\r\nContent-Length: ${length}\r\n${HEADER_LENGTH}: ${message.headerLength}\r\n\r\n`;
  const one = async (way: (typeof WAYS)[number]): Promise<void> => {
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (way !== 'answer not read') socket.resume();
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', resolve);
    });
    if (way === 'half headers') socket.write(head(message.body.length).slice(0, 40));
    if (way === 'half body') socket.write(`${head(message.body.length)}{"inputs"`);
    if (way === 'no HTTP') socket.write('\x16\x03\x01\x02\x00 hello\r\n\r\n');
    if (way === 'gone before the answer' || way === 'answer not read') {
      socket.write(head(message.body.length));
      socket.write(message.body);
    }
    await sleep(way === 'gone before the answer' ? 1 : 100 + Math.random() * 200);
    socket.destroy();
    count++;
  };
  const running = Array.from({ length: atOnce }, async (_, i) => {
    while (!isOver) await one(WAYS[i % WAYS.length] as (typeof WAYS)[number]);
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(running);
      for (const socket of sockets) socket.destroy();
      return count;
    },
  };
}

/** Sends requests, or halves of them, over connections that are dropped before there is an answer. */
export async function dropConnections(url: string, { path, message }: Question, count: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const [head, body] = requestBytes(url, path, message) as readonly [Uint8Array, Uint8Array];
  for (let i = 0; i < count; i++) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', resolve);
    });
    socket.write(i % 3 === 0 ? head.subarray(0, head.length >> 1) : head);
    if (i % 3 === 2) socket.write(body);
    if (i % 2 === 0) await sleep(1);
    socket.destroy();
    await closed;
  }
}
