import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How to start a program that answers a line of JSON with a line of JSON. */
export interface Program {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/** A running program. */
export interface Peer {
  /** Sends a request and waits for the answer. Throws with what the program said when it reports an error or ends. */
  ask<Answer>(request: object): Promise<Answer>;
  /** Ends the program and waits until it has. */
  end(): Promise<void>;
}

export function startPeer({ command, words, environment = {} }: Program): Peer {
  const child = spawn(command, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  // A program that ended is reported by the answer that does not come.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = exitOf(child);
  return {
    async ask<Answer>(request: object): Promise<Answer> {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value: line, done } = await lines.next();
      if (done === true) {
        await exited;
        throw new Error(`${command} ended: ${gist(complaints)}`);
      }
      const answer = JSON.parse(line) as Answer & { readonly error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}

/** The line of an error message, else the last line. */
function gist(complaints: string): string {
  const lines = complaints.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '';
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
}

/** The other side: answers each line on stdin until it ends. */
export async function answerRequests(answer: (request: never) => Promise<object>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line) as never).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }));
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
