import { randomUUID } from 'node:crypto';
import type * as AzureMonitor from '@azure/monitor-opentelemetry-exporter';
import { diag, DiagLogLevel, SpanKind } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createPlatformCredential } from '../../identity/createPlatformCredential';
import type { TelemetryOptions } from '../TelemetryOptions';
import { telemetrySettingUnusable } from './otelEvents';
import type { Logger } from '../Logger';
import type { Telemetry } from '../Telemetry';
import { Metrics } from './Metrics';
import { OpenTelemetry } from './OpenTelemetry';
import { reportDelivery } from './reportDelivery';

const NAME = 'defender-enricher';

interface Exporters {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
  /** What sees spans before they are collected. */
  readonly first?: readonly SpanProcessor[];
}

/** Traces and metrics for an OTLP receiver, as the `OTEL_*` settings name it, or for Application Insights. */
export function createOpenTelemetry(options: TelemetryOptions): Telemetry {
  reportSettings(options.logger);
  try {
    return open(options);
  } finally {
    diag.disable();
  }
}

/** OpenTelemetry reads its own settings, and goes on without those that it cannot read. Their values stay out of the log. */
function reportSettings(logger: Logger): void {
  const report = (message: string): void => {
    const detail = message.replace(/\(.*\)/s, '(…)').replace(/'.*'/s, "'…'");
    telemetrySettingUnusable(logger, { detail });
  };
  const silent = (): void => undefined;
  const sink = { error: report, warn: report, info: silent, debug: silent, verbose: silent };
  diag.setLogger(sink, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function open(options: TelemetryOptions): Telemetry {
  const {
    spans,
    metrics,
    first = [],
  } = options.config.telemetry.mode === 'otlp' ? toReceiver() : toApplicationInsights(options);
  reportDelivery(spans, 'traces', options.logger);
  reportDelivery(metrics, 'metrics', options.logger);
  const resource = describeProcess();
  const traces = new BasicTracerProvider({
    resource,
    spanProcessors: [...first, new BatchSpanProcessor(spans)],
  });
  const meters = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: metrics })],
  });
  return new OpenTelemetry(traces.getTracer(NAME), new Metrics(meters.getMeter(NAME)), () =>
    Promise.allSettled([traces.shutdown(), meters.shutdown()]),
  );
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come last, and count. */
function describeProcess(): Resource {
  const own = resourceFromAttributes({
    'service.name': NAME,
    'service.instance.id': randomUUID(),
  });
  return own.merge(detectResources({ detectors: [envDetector] }));
}

const toReceiver = (): Exporters => ({
  spans: new OTLPTraceExporter(),
  metrics: new OTLPMetricExporter(),
});

function toApplicationInsights({ config, secrets }: TelemetryOptions): Exporters {
  const { AzureMonitorMetricExporter, AzureMonitorTraceExporter } =
    require('@azure/monitor-opentelemetry-exporter') as typeof AzureMonitor; // its own types
  const { identity } = config.telemetry;
  const options = {
    connectionString: secrets.applicationInsightsConnectionString ?? '',
    // What cannot be sent is not kept on the disk.
    disableOfflineStorage: true,
    ...(identity && {
      credential: createPlatformCredential(config.environment, identity.clientId),
    }),
  };
  return {
    spans: new AzureMonitorTraceExporter(options),
    metrics: new AzureMonitorMetricExporter(options),
    first: [NAMED],
  };
}

/** The exporter gives requests that are messages no name by itself (1.0.0-beta.47). */
const NAMED: SpanProcessor = {
  onStart: (span) => {
    if (span.kind === SpanKind.CONSUMER) span.setAttribute('ai.operation.name', span.name);
  },
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
