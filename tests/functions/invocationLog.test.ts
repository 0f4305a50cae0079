import { InvocationContext, PreInvocationContext } from '@azure/functions';
import { createInvocationLog } from '../../functions/invocationLog';
import { createLogger, type LogLevel } from '../../shared/telemetry/createLogger';
import * as events from '../../shared/telemetry/events';
import type { Logger } from '../../shared/telemetry/Logger';
import { RecordingLogger } from '../shared/telemetry/RecordingLogger';

const RPC_LEVELS = {
  error: 'error',
  warning: 'warning',
  info: 'information',
  debug: 'debug',
} as const satisfies Record<LogLevel, string>;

function openLog() {
  const lines: { readonly level: LogLevel; readonly line: string }[] = [];
  const log = createInvocationLog(
    { now: () => Date.UTC(2026, 10, 20), sleep: () => Promise.resolve() },
    (level, line) => lines.push({ level, line }),
  );
  return { ...log, logger: createLogger(log.sink), lines };
}

/** Runs `work` as the platform runs a function; returns what came through the invocation's own log. */
async function invoke(
  { bindTo, logger }: ReturnType<typeof openLog>,
  work: (logger: Logger) => unknown,
) {
  const written: { readonly level: string; readonly line: string }[] = [];
  const context = new InvocationContext({
    invocationId: 'i-1',
    logHandler: (level, ...args) => written.push({ level, line: String(args[0]) }),
  });
  const hook = new PreInvocationContext({
    functionCallback: () => work(logger),
    invocationContext: context,
  });
  bindTo(logger)(hook);
  await hook.functionHandler({}, context);
  return written;
}

/** The level that the host gives a console line: by its stream, and on standard error by its words. */
function consoleLevel(stream: 'stdout' | 'stderr', line: string): LogLevel {
  if (stream === 'stdout') return 'info';
  if (/warn/i.test(line)) return 'warning';
  return /error|fail|severe|unhandled exception/i.test(line) ? 'error' : 'info';
}

type AnyEvent = (logger: Logger, fields: Record<string, string>) => void;
const raise = Object.entries(events) as unknown as [string, AnyEvent][]; // whatever fields they name

describe('createInvocationLog()', () => {
  it.each(raise)('keeps the level of %s in the log of its invocation', async (_name, event) => {
    const recording = new RecordingLogger();
    event(recording, {});

    const written = await invoke(openLog(), (logger) => {
      event(logger, {});
    });

    expect(written.map(({ level }) => level)).toEqual(
      recording.lines.map(({ level }) => RPC_LEVELS[level]),
    );
  });

  it.each(raise)(
    'keeps the level of %s on the console, as the host rates lines',
    (_name, event) => {
      const { logger, lines } = openLog();

      event(logger, {});

      for (const { level, line } of lines) {
        const stream = level === 'error' || level === 'warning' ? 'stderr' : 'stdout';
        expect(consoleLevel(stream, line)).toBe(level);
      }
      expect(lines).toHaveLength(1);
    },
  );

  it('writes level and time into a line of no invocation', () => {
    const { logger, lines } = openLog();

    logger.warning('settings.warning', { message: 'X is not known.' });

    expect(lines).toEqual([
      {
        level: 'warning',
        line: '{"level":"warning","at":"2026-11-20T00:00:00.000Z","event":"settings.warning","message":"X is not known."}',
      },
    ]);
  });

  it('names the invocation in each of its lines', async () => {
    const written = await invoke(openLog(), async (logger) => {
      await Promise.resolve();
      logger.info('rows.removed', { removed: 1 });
    });

    expect(written).toEqual([
      { level: 'information', line: '{"event":"rows.removed","invocationId":"i-1","removed":1}' },
    ]);
  });

  it('writes to the console what comes after the invocation is over', async () => {
    const log = openLog();
    let later: Promise<void> = Promise.resolve();

    const written = await invoke(log, (logger) => {
      later = new Promise(setImmediate).then(() => {
        logger.info('rows.removed', { removed: 1 });
      });
    });
    await later;

    expect(written).toEqual([]);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.line).toContain('"invocationId":"i-1"');
  });

  it('hands on what the function returns and throws', async () => {
    const log = openLog();

    await expect(
      invoke(log, () => {
        throw new RangeError('too far');
      }),
    ).rejects.toThrow('too far');
  });
});
