import { inventoryRunsRoute } from '../../../functions/inventoryRuns/handler';
import { InventoryRuns } from '../../../shared/inventory/run/InventoryRuns';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import type { OutgoingMessage, QueueSender } from '../../../shared/messaging/QueueSender';
import { MemoryRunStore } from '../../shared/inventory/MemoryRunStore';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';
import { callRoute } from '../http/callRoute';

const NOW = Date.parse('2026-01-31T09:41:27.123Z');

function routeOver(send: QueueSender['send']) {
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const logger = new RecordingLogger();
  const runs = new InventoryRuns({ runs: new MemoryRunStore(), sender: { send }, clock, logger });
  return inventoryRunsRoute({ inventory: { runs } });
}

describe('POST /api/inventory/runs', () => {
  it('starts a run, and answers 202 with its id and where it is seen', async () => {
    const sent: OutgoingMessage[] = [];
    const route = routeOver((messages) => {
      sent.push(...messages);
      return Promise.resolve();
    });

    const { status, headers, body } = await callRoute(route, 'inventory/runs', { method: 'POST' });

    const statusUrl = 'https://app.example/api/status';
    expect(status).toBe(202);
    expect(body).toEqual({ runId: '20260131T094127123Z', statusUrl });
    expect(headers).toMatchObject({ location: statusUrl });
    expect(sent.map(({ messageId }) => messageId)).toEqual(['20260131T094127123Z:0:0:0']);
  });

  it('answers 503 while the broker cannot be reached', async () => {
    const route = routeOver(() =>
      Promise.reject(new BrokerUnreachableError('inventory-pages', 'gone')),
    );

    const { status, headers } = await callRoute(route, 'inventory/runs', { method: 'POST' });

    expect(status).toBe(503);
    expect(headers).toHaveProperty('retry-after');
  });

  it('starts none for a Host header that nobody vouches for', async () => {
    const sent: OutgoingMessage[] = [];
    const route = routeOver((messages) => {
      sent.push(...messages);
      return Promise.resolve();
    });

    const refused = await callRoute(route, 'inventory/runs', { method: 'POST', baseUrl: null });

    expect(refused).toMatchObject({ status: 400, body: { code: 'request.unknownHost' } });
    expect(sent).toEqual([]);
  });

  it('answers 405 to GET, and 400 to a parameter that it does not have', async () => {
    const route = routeOver(() => Promise.reject(new Error('Nothing may be sent')));

    const get = await callRoute(route, 'inventory/runs', { method: 'GET' });
    const odd = await callRoute(route, 'inventory/runs?slot=1', { method: 'POST' });

    expect([get.status, odd.status]).toEqual([405, 400]);
  });
});
