import type { Health } from '../../../shared/health/HealthProbe';
import type { Status } from '../../../shared/health/StatusReport';
import type { Manifest } from '../../../shared/inventory/snapshot/Manifest';
import type { Access } from './Access';
import { ask, type Answer } from './ask';
import { Board } from './Board';
import { byId } from './dom';
import { listenForSearches } from './traceSearch';
import { reactionTo } from './view/reaction';
import './dashboard.css';

const HEALTH_EVERY_MS = 15_000;
const INVENTORY_EVERY_MS = 60_000;
/** An answer that takes longer is worth a word. */
const SLOW_MS = 4_000;

/** Asks again and again, while the page is visible. `accessOf` gets what to do once the reader has opened the app. */
export function runDashboard(accessOf: (onOpened: () => void) => Access): void {
  const board = new Board();
  let wake: () => void = () => undefined;
  const access = accessOf(() => {
    wake();
  });
  listenForSearches(access);
  document.addEventListener('visibilitychange', () => {
    wake();
  });
  const untilWoken = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  function show(status: Status): void {
    try {
      board.showStatus(status);
    } catch {
      byId('notice').textContent = 'The app has another version than this page: reload it.';
    }
  }

  async function keepShowingStatus(): Promise<never> {
    for (;;) {
      const headers = document.hidden ? null : await access.headers();
      if (!headers) {
        await untilWoken(INVENTORY_EVERY_MS);
        continue;
      }
      const answer = await noticingSlowness(ask<Status>('status', headers));
      const { notice, isRefused, againInMs } = reactionTo(answer);
      const refusal = isRefused ? access.refused() : null;
      byId('notice').textContent = notice ?? refusal ?? '';
      if (answer.body) show(answer.body);
      await untilWoken(againInMs);
    }
  }

  async function keepShowing<T>(
    everyMs: number,
    path: string,
    expected: readonly number[],
    showAnswer: (answer: Answer<T>) => void,
  ): Promise<never> {
    for (;;) {
      const headers = document.hidden || byId('board').hidden ? null : await access.headers();
      if (headers) showAnswer(await ask<T>(path, headers, expected));
      await new Promise((resolve) => setTimeout(resolve, headers ? everyMs : SLOW_MS));
    }
  }

  void keepShowingStatus();
  void keepShowing<Health>(HEALTH_EVERY_MS, 'health', [200, 503], ({ body }) => {
    if (body) board.showHealth(body);
  });
  void keepShowing<Manifest>(INVENTORY_EVERY_MS, 'inventory/latest', [200], ({ status, body }) => {
    if (status === 200 || status === 404) board.showInventory(body);
  });
}

async function noticingSlowness<T>(answer: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    byId('notice').textContent = 'The app takes its time to answer …';
  }, SLOW_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
