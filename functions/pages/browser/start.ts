import type { Health } from '../../../shared/health/HealthProbe';
import type { Status } from '../../../shared/health/StatusReport';
import { byId, element, fillRows } from './dom';
import './page.css';

const STATUS_EVERY_MS = 3_000;
const HEALTH_EVERY_MS = 10_000;

async function ask(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(path, { cache: 'no-store', credentials: 'same-origin', ...init });
  return { status: answer.status, body: await answer.json() };
}

async function showStatus(): Promise<void> {
  const { status, body } = await ask('status');
  if (status !== 200) throw new Error(`status ${status}`);
  const { endpoints, queues, recentLookups, asOf } = body as Status; // as this app writes it
  fillRows(
    'quota',
    Object.entries(endpoints).flatMap(([name, endpoint]) =>
      endpoint
        ? [
            [
              name,
              quotaBar(endpoint.minute, `${name}, this minute`),
              quotaBar(endpoint.hour, `${name}, this hour`),
              Object.values(endpoint.waiting).reduce((sum, count) => sum + count, 0),
              endpoint.breaker ?? endpoint.coolDown?.why ?? 'open',
            ],
          ]
        : [],
    ),
  );
  fillRows(
    'queues',
    Object.entries(queues).map(([name, depth]) =>
      depth ? [name, depth.active, depth.scheduled, depth.deadLettered] : [name],
    ),
  );
  fillRows(
    'records',
    recentLookups.map(({ at, kind, outcome, reasonCode, machineCount, tookMs, channel }) => [
      new Date(at).toLocaleTimeString(),
      kind,
      element('span', outcome, outcome),
      reasonCode,
      machineCount,
      `${(tookMs / 1000).toFixed(1)} s`,
      channel,
    ]),
  );
  byId('state').textContent = `As of ${new Date(asOf).toLocaleTimeString()}`;
}

function quotaBar(allowance: { limit: number; used: number }, what: string): Node {
  const bar = document.createElement('meter');
  bar.max = allowance.limit;
  bar.high = allowance.limit * 0.9;
  bar.value = allowance.used;
  bar.setAttribute('aria-label', what);
  const place = element('span', bar);
  place.append(` ${allowance.used} of ${allowance.limit}`);
  return place;
}

async function showHealth(): Promise<void> {
  const { body } = await ask('health');
  const { dependencies } = body as Health; // as this app writes it
  fillRows(
    'health',
    dependencies.map(({ name, status, detail, code }) => [
      name,
      element('span', status, status),
      code,
      detail,
    ]),
  );
}

async function send(path: string): Promise<void> {
  const message = byId('message') as HTMLTextAreaElement; // as the markup has it
  const { status, body } = await ask(path, { method: 'POST', body: message.value });
  byId('answer').textContent = `${status} ${JSON.stringify(body, null, 2)}`;
  await showStatus();
}

/** Repeats while the page is visible. */
async function keepAsking(everyMs: number, look: () => Promise<void>): Promise<void> {
  if (!document.hidden) await look().catch(tellFailure);
  setTimeout(() => void keepAsking(everyMs, look), everyMs);
}

function tellFailure(error: unknown): void {
  byId('state').textContent = `Cannot ask the app: ${error instanceof Error ? error.message : ''}`;
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  send('ingest').catch(tellFailure);
});
byId('explain').addEventListener('click', () => {
  send('ingest?dryRun=true').catch(tellFailure);
});
void keepAsking(STATUS_EVERY_MS, showStatus);
void keepAsking(HEALTH_EVERY_MS, showHealth);
