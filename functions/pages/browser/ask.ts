import type { Ended } from './view/reaction';

const TIMEOUT_MS = 30_000;

/** An answer, or that there was none; `body` is null unless the status is an expected one. */
export interface Answer<T> extends Ended {
  readonly body: T | null;
}

/** Asks this app. Never rejects. The body is as the app writes it. */
export async function ask<T>(
  path: string,
  headers: Readonly<Record<string, string>>,
  expected: readonly number[] = [200],
): Promise<Answer<T>> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(path, { cache: 'no-store', headers, signal });
    const { status } = answer;
    const text = await answer.text();
    if (expected.includes(status)) {
      return { status, body: JSON.parse(text) as T, retryAfterMs: null, detail: null };
    }
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
    return { status, body: null, retryAfterMs, detail: detailOf(text) };
  } catch {
    return { status: null, body: null, retryAfterMs: null, detail: null };
  }
}

/** Of a problem; the platform refuses without one. */
function detailOf(text: string): string | null {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : null;
  } catch {
    return null;
  }
}
