import { AsyncLocalStorage } from 'node:async_hooks';
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import type { LogEntry } from '../createLogger';
import type { Attributes, Readings, SpanStart, Telemetry } from '../Telemetry';
import type { Metrics } from './Metrics';

const KINDS = {
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  client: SpanKind.CLIENT,
} as const;

/** www.w3.org/TR/trace-context, version 00; later versions begin the same. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** Spans of one tracer; each kind of work is measured as it ends. */
export class OpenTelemetry implements Telemetry {
  private readonly current = new AsyncLocalStorage<Context>();

  constructor(
    private readonly tracer: Tracer,
    private readonly metrics: Metrics,
    private readonly shutDown: () => Promise<unknown>,
  ) {}

  async span<T>(
    start: SpanStart,
    work: (note: (more: Attributes) => void) => Promise<T>,
  ): Promise<T> {
    const { name, kind, traceparent = null } = start;
    const parent = remoteParent(traceparent) ?? this.current.getStore() ?? ROOT_CONTEXT;
    const options = { kind: KINDS[kind], attributes: start.attributes };
    const span = this.tracer.startSpan(name, options, parent);
    const startedAt = performance.now();
    let attributes = start.attributes;
    const note = (more: Attributes): void => {
      attributes = { ...attributes, ...more };
      span.setAttributes(more);
    };
    try {
      return await this.current.run(trace.setSpan(parent, span), () => work(note));
    } catch (error) {
      note({ 'error.type': error instanceof Error ? error.name : 'unknown' });
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
      this.metrics.ended(kind, attributes, (performance.now() - startedAt) / 1_000);
    }
  }

  traceparent(): string | null {
    const store = this.current.getStore();
    const at = store && trace.getSpanContext(store);
    if (!at || !isSpanContextValid(at)) return null;
    return `00-${at.traceId}-${at.spanId}-${at.traceFlags.toString(16).padStart(2, '0')}`;
  }

  event(entry: LogEntry): void {
    this.metrics.event(entry);
  }

  observe(read: () => Readings): void {
    this.metrics.observe(read);
  }

  async close(): Promise<void> {
    await this.shutDown();
  }
}

/** Null: it is not one. */
function remoteParent(traceparent: string | null): Context | null {
  const [, traceId, spanId, flags = '00'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return null;
  const at = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(at) ? trace.setSpanContext(ROOT_CONTEXT, at) : null;
}
