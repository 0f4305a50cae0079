import { z } from 'zod';
import { LocalStack } from '../support/LocalStack';
import { TelemetryReceiver } from '../support/TelemetryReceiver';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SENDER = 'b7ad6b7169203331';
const VALUES = ['10.1.0.10', 'desktop-17.contoso.com', '3395856ce81f2b7382dee72602f798b642f14140'];
const [IP, NAME, HASH] = VALUES;

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
});
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) }),
  ),
});
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(z.object({ metrics: z.array(z.object({ name: z.string() })) })),
    }),
  ),
});

describe('TELEMETRY=otlp', () => {
  it('sends one trace from the message of the SIEM to its records, metrics, and nothing of what was asked', async () => {
    const receiver = await TelemetryReceiver.start();
    const stack = await LocalStack.start({
      settings: { TELEMETRY: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin },
    });
    try {
      await stack.addHost();
      await stack.send([
        {
          messageId: `about-${NAME}`,
          body: JSON.stringify({ indicators: [{ ip: IP }, { host: NAME }, { hash: HASH }] }),
          applicationProperties: { traceparent: `00-${TRACE}-${SENDER}-01` },
        },
      ]);
      await stack.until(() => stack.published.length === 3 && stack.isIdle());
    } finally {
      // What was collected is sent as the app ends.
      await stack.close();
      await receiver.close();
    }

    const spans = receiver
      .received('/v1/traces')
      .flatMap((text) => tracesSchema.parse(JSON.parse(text)).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
      .filter(({ traceId }) => traceId === TRACE);
    const delivery = spans.find(({ parentSpanId }) => parentSpanId === SENDER);
    const under = spans.filter(({ parentSpanId }) => parentSpanId === delivery?.spanId);
    expect(delivery?.name).toBe('process siem-indicators');
    expect(new Set(under.map(({ name }) => name))).toEqual(
      new Set([
        'GET /api/machines/findbyip',
        'GET /api/ips/{ip}/alerts',
        'GET /api/machines',
        'GET /api/files/{sha1}/machines',
        'send enriched-machines',
        'send enriched-requests',
      ]),
    );
    const names = receiver
      .received('/v1/metrics')
      .flatMap((text) => metricsSchema.parse(JSON.parse(text)).resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'mde.quota.remaining',
        'mde.enrichment.results',
        'mde.cache.lookups',
        'http.client.request.duration',
      ]),
    );
    const all = receiver.received().join('\n').toLowerCase();
    for (const value of VALUES) expect(all).not.toContain(value);
  }, 120_000);
});
