import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createQueueHandler } from '../../../../functions/queue/createQueueHandler';
import { TracedDefender } from '../../../../shared/defender/TracedDefender';
import type { DefenderClient } from '../../../../shared/defender/DefenderClient';
import { DefenderThrottledError } from '../../../../shared/defender/defenderErrors';
import type { OutgoingMessage } from '../../../../shared/messaging/QueueSender';
import { TracedSender } from '../../../../shared/messaging/TracedSender';
import { createLogger } from '../../../../shared/telemetry/createLogger';
import { batchCalled, lookupEnded, lookupWaiting } from '../../../../shared/telemetry/events';
import { Metrics } from '../../../../shared/telemetry/otel/Metrics';
import { OpenTelemetry } from '../../../../shared/telemetry/otel/OpenTelemetry';
import { machineList, named } from '../../../../shared/kinds/machineList';
import { anAnswer } from '../../lookups/aLookup';
import { silentLogger } from '../silentLogger';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const INBOUND = `00-${TRACE}-${PARENT}-01`;
const HOST = 'desktop-17.contoso.com';
const QUERY = machineList(named(HOST));

function openWorld() {
  const spans = new InMemorySpanExporter();
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const traces = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const reader = new PeriodicExportingMetricReader({ exporter: measured });
  const meters = new MeterProvider({ readers: [reader] });
  const telemetry = new OpenTelemetry(
    traces.getTracer('test'),
    new Metrics(meters.getMeter('test')),
    () => meters.shutdown(),
  );
  const metrics = async () => {
    await reader.forceFlush();
    const [latest] = measured.getMetrics().slice(-1);
    const all = latest?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return new Map(all.map((each) => [each.descriptor.name, each.dataPoints]));
  };
  return { spans, telemetry, metrics };
}

/** A delivery that asks Defender and sends what it found. */
async function deliver(
  { telemetry }: Pick<ReturnType<typeof openWorld>, 'telemetry'>,
  applicationProperties: Record<string, unknown>,
  call: DefenderClient['call'] = () => Promise.resolve(anAnswer()),
): Promise<readonly OutgoingMessage[]> {
  const sent: OutgoingMessage[] = [];
  const send = (messages: readonly OutgoingMessage[]) => {
    sent.push(...messages);
    return Promise.resolve();
  };
  const output = new TracedSender('enriched-machines', { send }, telemetry);
  const client = { prepare: () => Promise.resolve(), call };
  const defender = new TracedDefender(client, 'https://api.example.com', telemetry);
  const handler = createQueueHandler(
    'siem-indicators',
    async () => {
      await defender.call(QUERY);
      const body = Buffer.from('{}');
      const properties = { applicationProperties: { outcome: 'found' } };
      await output.send([
        { messageId: 'e_1', body, contentType: 'application/json', ...properties },
      ]);
    },
    { clock: { now: () => 0, sleep: () => Promise.resolve() }, logger: silentLogger, telemetry },
  );
  const triggerMetadata = { messageId: HOST, deliveryCount: 1, applicationProperties };
  await handler(Buffer.from(HOST), { triggerMetadata } as never);
  return sent;
}

describe('OpenTelemetry', () => {
  it.each(['traceparent', 'Diagnostic-Id'])(
    'goes on from the %s of a message, through the call to what is sent',
    async (property) => {
      const world = openWorld();

      const sent = await deliver(world, { [property]: INBOUND });

      const [call, send, delivery] = world.spans.getFinishedSpans();
      expect([delivery?.name, call?.name, send?.name]).toEqual([
        'process siem-indicators',
        'GET /api/machines',
        'send enriched-machines',
      ]);
      const own = delivery?.spanContext().spanId;
      expect(delivery?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: PARENT });
      expect([call?.parentSpanContext?.spanId, send?.parentSpanContext?.spanId]).toEqual([
        own,
        own,
      ]);
      const onward = `00-${TRACE}-${send?.spanContext().spanId}-01`;
      expect(sent[0]?.applicationProperties).toEqual({
        outcome: 'found',
        traceparent: onward,
        'Diagnostic-Id': onward,
      });
    },
  );

  it.each([
    undefined,
    7,
    'not-one',
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])('begins a trace where a message has %s for one', async (traceparent) => {
    const world = openWorld();

    await deliver(world, { traceparent });

    const delivery = world.spans.getFinishedSpans().at(-1);
    expect(delivery?.name).toBe('process siem-indicators');
    expect(delivery?.parentSpanContext).toBeUndefined();
  });

  it('has the attributes of the semantic conventions, and nothing of what was asked', async () => {
    const world = openWorld();

    await deliver(world, {});

    const spans = world.spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes]);
    expect(Object.fromEntries(spans)).toEqual({
      'process siem-indicators': {
        'messaging.system': 'servicebus',
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'process',
        'messaging.destination.name': 'siem-indicators',
        'messaging.servicebus.message.delivery_count': 1,
      },
      'GET /api/machines': {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'server.address': 'api.example.com',
        'url.template': '/api/machines',
      },
      'send enriched-machines': {
        'messaging.system': 'servicebus',
        'messaging.operation.type': 'send',
        'messaging.operation.name': 'send',
        'messaging.destination.name': 'enriched-machines',
        'messaging.batch.message_count': 1,
      },
    });
    expect(JSON.stringify(spans)).not.toContain('desktop');
  });

  it('ends what fails with the name of the error, its status, and not its message', async () => {
    const world = openWorld();
    const about = { endpoint: 'machines', status: 429, correlationId: null } as const;
    const throttled = new DefenderThrottledError(`about ${HOST}`, 1_000, about);

    await expect(deliver(world, {}, () => Promise.reject(throttled))).rejects.toBe(throttled);

    const [call] = world.spans.getFinishedSpans();
    expect(call?.status.code).toBe(2);
    expect(call?.attributes).toMatchObject({
      'error.type': 'DefenderThrottledError',
      'http.response.status_code': 429,
    });
    expect(JSON.stringify([call?.attributes, call?.events, call?.status])).not.toContain('desktop');
  });

  it('makes metrics of log events, of spans and of what is read', async () => {
    const { telemetry, metrics } = openWorld();
    const logger = createLogger((_level, entry) => {
      telemetry.event(entry);
    });
    telemetry.observe(() => ({
      quota: [{ endpoint: 'machines', window: 'hour', left: 1_400 }],
      cache: { asked: 10, hits: 4 },
    }));

    await deliver({ telemetry }, {});
    lookupEnded(logger, {
      lookupId: 'l_1',
      generation: 0,
      channel: 'queue',
      kind: 'host',
      outcome: 'found',
      reasonCode: null,
      machineCount: 1,
      tookMs: 2_000,
    });
    batchCalled(logger, {
      endpoint: 'machines',
      flow: 'normal',
      size: 30,
      outcome: 'answered',
      tookMs: 300,
    });
    const wait = { lookupId: 'l_1', endpoint: 'machines', hop: 1, failures: 0 } as const;
    lookupWaiting(logger, { ...wait, waitMs: 90_000 });

    const made = await metrics();
    const point = (name: string) => {
      const [first] = made.get(name) ?? [];
      const value: unknown = first?.value;
      const isHistogram = typeof value === 'object' && value !== null && 'sum' in value;
      return [first?.attributes, isHistogram ? value.sum : value];
    };
    expect(point('mde.enrichment.results')).toEqual([{ kind: 'host', status: 'found' }, 1]);
    expect(point('mde.enrichment.duration')).toEqual([{ kind: 'host', status: 'found' }, 2]);
    expect(point('mde.lookup.wait')).toEqual([{ endpoint: 'machines' }, 90]);
    expect(point('mde.quota.remaining')).toEqual([{ endpoint: 'machines', window: 'hour' }, 1_400]);
    expect(point('mde.cache.lookups')).toEqual([{}, 10]);
    expect(point('mde.cache.hits')).toEqual([{}, 4]);
    expect(point('mde.batch.size')).toEqual([{ endpoint: 'machines', outcome: 'answered' }, 30]);
    expect(point('messaging.client.sent.messages')[1]).toBe(1);
    expect([...made.keys()]).toEqual(
      expect.arrayContaining(['http.client.request.duration', 'messaging.process.duration']),
    );
    expect(JSON.stringify([...made])).not.toMatch(/desktop|l_1/);
  });
});
