import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { reportDelivery } from '../../../../shared/telemetry/otel/reportDelivery';
import { RecordingLogger } from '../RecordingLogger';

describe('reportDelivery()', () => {
  it('logs once that traces are lost, and once that they arrive again', async () => {
    const logger = new RecordingLogger();
    const exporter = new InMemorySpanExporter();
    reportDelivery(exporter, 'traces', logger);
    const send = () =>
      new Promise<number>((heard) => {
        exporter.export([], ({ code }) => {
          heard(code);
        });
      });

    const before = await send();
    await exporter.shutdown();
    const lost = [await send(), await send()];
    Reflect.set(exporter, '_stopped', false);
    const after = [await send(), await send()];

    expect([before, lost, after]).toEqual([0, [1, 1], [0, 0]]);
    expect(logger.lines.map(({ event, fields }) => [event, fields])).toEqual([
      ['telemetry.lost', { signal: 'traces', condition: 'Error: Exporter has been stopped' }],
      ['telemetry.arrives', { signal: 'traces' }],
    ]);
  });
});
