import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { telemetryArrives, telemetryLost } from './otelEvents';
import type { Logger } from '../Logger';

/** As OpenTelemetry's. */
const SUCCESS = 0;

type Done = Parameters<SpanExporter['export']>[1];
interface Exporter {
  export(batch: unknown, done: Done): void;
}

/** Logs when what this exporter sends begins to be lost, and when it arrives again: it is tried every few seconds. */
export function reportDelivery(
  exporter: SpanExporter | PushMetricExporter,
  signal: 'traces' | 'metrics',
  logger: Logger,
): void {
  const plain = exporter as Exporter; // batches are only handed on
  const send = plain.export.bind(plain);
  let isLost = false;
  plain.export = (batch, done) => {
    send(batch, (result) => {
      const wasLost = isLost;
      const code: number = result.code;
      isLost = code !== SUCCESS;
      if (isLost && !wasLost)
        telemetryLost(logger, { signal, condition: conditionOf(result.error) });
      if (wasLost && !isLost) telemetryArrives(logger, { signal });
      done(result);
    });
  };
}

const conditionOf = (error: Error | undefined): string =>
  error === undefined ? 'unknown' : `${error.name}: ${error.message}`;
