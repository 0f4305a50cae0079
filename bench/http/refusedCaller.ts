/**
 * In a process of its own: asks for URL far more often than a caller may, evenly, whatever becomes of the requests before.
 * Uses up its allowance first. Tells its parent a {@link CallerReport} at the end.
 */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { pause } from '../CachedTraffic';

/** What the app allows a caller at once, and per second after that. */
const ALLOWANCE = 600;
const ALLOWED_PER_SECOND = 10;
const REFUSED_PER_SECOND = 200;

export interface CallerReport {
  /** How long each refusal took. */
  readonly refusedMs: readonly number[];
  /** Statuses of 500 and more, and requests without an answer. */
  readonly failed: number;
  readonly withoutRetryAfter: number;
}

interface Answer {
  readonly status: number;
  readonly hasRetryAfter: boolean;
  readonly tookMs: number;
}

const agent = new Agent({ keepAlive: true });
/** The caller's, as the platform would say it. */
const headers = { 'x-forwarded-for': '203.0.113.9:41234' };

/** `dueAt` (performance.now()): when the request should go, which it may do late while the machine is busy. */
async function ask(url: string, dueAt = performance.now()): Promise<Answer> {
  const [response] = (await once(get(url, { agent, headers }), 'response')) as [IncomingMessage]; // as documented
  await once(response.resume(), 'end');
  const hasRetryAfter = Number(response.headers['retry-after']) > 0;
  return { status: response.statusCode ?? 0, hasRetryAfter, tookMs: performance.now() - dueAt };
}

const NO_ANSWER: Answer = { status: 599, hasRetryAfter: false, tookMs: Infinity };

async function main(url: string, durationMs: number): Promise<CallerReport> {
  for (let left = ALLOWANCE; left > 0; left -= 50) {
    await Promise.all(Array.from({ length: 50 }, () => ask(url)));
  }
  const everyMs = 1_000 / (REFUSED_PER_SECOND + ALLOWED_PER_SECOND);
  const startedAt = performance.now();
  const asked: Promise<Answer>[] = [];
  for (let at = 0; at < durationMs; at = performance.now() - startedAt) {
    for (let due = asked.length * everyMs; due <= at; due += everyMs) {
      asked.push(ask(url, startedAt + due).catch(() => NO_ANSWER));
    }
    await pause(everyMs);
  }
  const answers = await Promise.all(asked);
  const refused = answers.filter(({ status }) => status === 429);
  return {
    refusedMs: refused.map(({ tookMs }) => tookMs),
    failed: answers.filter(({ status }) => status >= 500).length,
    withoutRetryAfter: refused.filter(({ hasRetryAfter }) => !hasRetryAfter).length,
  };
}

const [url = '', durationMs] = process.argv.slice(2);
void main(url, Number(durationMs)).then((report) =>
  process.send?.(report, undefined, undefined, () => process.exit()),
);
