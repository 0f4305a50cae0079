import type { Meter } from '@opentelemetry/api';
import type { LogEntry } from '../createLogger';
import type { Attributes, Readings, SpanStart } from '../Telemetry';

const SECONDS = { unit: 's' } as const;
/** Bounds of histograms: sizes of batches; waits (s), which last up to a day. */
const SIZES = [1, 2, 5, 10, 20, 30, 50, 100];
const WAITS_S = [1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200];

/** What is counted and measured, by names of the semantic conventions where they have one, else below `mde.`. */
export class Metrics {
  private readonly processed;
  private readonly sent;
  private readonly sendDuration;
  private readonly called;
  private readonly results;
  private readonly took;
  private readonly waited;
  private readonly batched;
  private readonly throttled;
  private readonly quarantined;

  constructor(private readonly meter: Meter) {
    const long = { ...SECONDS, advice: { explicitBucketBoundaries: WAITS_S } };
    this.processed = meter.createHistogram('messaging.process.duration', SECONDS);
    this.sent = meter.createCounter('messaging.client.sent.messages');
    this.sendDuration = meter.createHistogram('messaging.client.operation.duration', SECONDS);
    this.called = meter.createHistogram('http.client.request.duration', SECONDS);
    this.results = meter.createCounter('mde.enrichment.results');
    this.took = meter.createHistogram('mde.enrichment.duration', long);
    this.waited = meter.createHistogram('mde.lookup.wait', long);
    this.batched = meter.createHistogram('mde.batch.size', {
      unit: '{question}',
      advice: { explicitBucketBoundaries: SIZES },
    });
    this.throttled = meter.createCounter('mde.defender.throttled');
    this.quarantined = meter.createCounter('mde.quarantined');
  }

  /** A piece of work is over. */
  ended(kind: SpanStart['kind'], attributes: Attributes, seconds: number): void {
    const { 'messaging.batch.message_count': count = 1, ...others } = attributes;
    const { 'messaging.servicebus.message.delivery_count': _, ...dimensions } = others;
    if (kind === 'client') this.called.record(seconds, dimensions);
    else if (kind === 'consumer') this.processed.record(seconds, dimensions);
    else {
      this.sendDuration.record(seconds, dimensions);
      this.sent.add(Number(count), dimensions);
    }
  }

  /** Of its fields only those are taken that have few values, all of the app's own making. */
  event({ event, ...fields }: LogEntry): void {
    switch (event) {
      case 'lookup.ended': {
        const about = { kind: textOf(fields['kind']), status: textOf(fields['outcome']) };
        this.results.add(1, about);
        this.took.record(secondsOf(fields['tookMs']), about);
        break;
      }
      case 'lookup.waiting':
        this.waited.record(secondsOf(fields['waitMs']), { endpoint: textOf(fields['endpoint']) });
        break;
      case 'batch.called':
        this.batched.record(Number(fields['size']), {
          endpoint: textOf(fields['endpoint']),
          outcome: textOf(fields['outcome']),
        });
        break;
      case 'defender.throttled':
        this.throttled.add(1, { endpoint: textOf(fields['endpoint']) });
        break;
      case 'message.quarantined':
        this.quarantined.add(1, { reason: textOf(fields['reasonCode']) });
        break;
      default:
    }
  }

  observe(read: () => Readings): void {
    const { meter } = this;
    const quota = meter.createObservableGauge('mde.quota.remaining');
    const asked = meter.createObservableCounter('mde.cache.lookups');
    const hits = meter.createObservableCounter('mde.cache.hits');
    meter.addBatchObservableCallback(
      (result) => {
        const { quota: allowances, cache } = read();
        for (const { endpoint, window, left } of allowances)
          result.observe(quota, left, { endpoint, window });
        result.observe(asked, cache.asked);
        result.observe(hits, cache.hits);
      },
      [quota, asked, hits],
    );
  }
}

type Field = string | number | boolean | null | undefined;

const textOf = (field: Field): string => String(field ?? 'unknown');
const secondsOf = (field: Field): number => Math.max(0, Number(field) || 0) / 1_000;
