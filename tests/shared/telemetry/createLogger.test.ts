import { createLogger, type LogLevel } from '../../../shared/telemetry/createLogger';
import type { LogFields } from '../../../shared/telemetry/Logger';

function createRecorded() {
  const lines: { level: LogLevel; line: string }[] = [];
  const logger = createLogger((level, entry) => lines.push({ level, line: JSON.stringify(entry) }));
  const lastFields = () => JSON.parse(lines.at(-1)?.line ?? '{}') as Record<string, unknown>; // what was logged
  return { logger, lines, lastFields };
}

describe('createLogger()', () => {
  it.each(['debug', 'info', 'warning', 'error'] as const)(
    'writes %s as one line of JSON',
    (level) => {
      const { logger, lines } = createRecorded();

      logger[level]('lookup.ended', {
        outcome: 'found',
        machineCount: 1,
        final: true,
        reason: null,
      });

      expect(lines).toEqual([
        {
          level,
          line: '{"event":"lookup.ended","outcome":"found","machineCount":1,"final":true,"reason":null}',
        },
      ]);
    },
  );

  it('puts the fields that work is bound to into every line of it, across awaits', async () => {
    const { logger, lines } = createRecorded();

    await logger.within({ messageId: 'm-1' }, async () => {
      await Promise.resolve();
      await logger.within({ lookupId: 'l_1' }, async () => {
        await Promise.resolve();
        logger.info('lookup.ended', { outcome: 'found' });
      });
      logger.info('rows.removed', { removed: 0 });
    });
    logger.info('rows.removed', { removed: 1 });

    expect(lines.map(({ line }) => JSON.parse(line) as unknown)).toEqual([
      { event: 'lookup.ended', messageId: 'm-1', lookupId: 'l_1', outcome: 'found' },
      { event: 'rows.removed', messageId: 'm-1', removed: 0 },
      { event: 'rows.removed', removed: 1 },
    ]);
  });

  it('keeps what is bound apart between works that run side by side', async () => {
    const { logger, lines } = createRecorded();
    const work = (messageId: string) =>
      logger.within({ messageId }, async () => {
        await Promise.resolve();
        logger.info('lookup.ended', {});
      });

    await Promise.all([work('m-1'), work('m-2')]);

    expect(lines.map(({ line }) => JSON.parse(line) as unknown)).toEqual([
      { event: 'lookup.ended', messageId: 'm-1' },
      { event: 'lookup.ended', messageId: 'm-2' },
    ]);
  });

  it('redacts names and values, the bound ones too', () => {
    const { logger, lines } = createRecorded();

    logger.within({ host: 'AccountKey=abc' }, () => {
      logger.error('cache.trouble', { condition: 'password=abc', 'token=abc': 'x' });
    });

    expect(lines[0]?.line).not.toContain('abc');
  });

  it('keeps one line per event, whatever is logged', () => {
    const { logger, lines } = createRecorded();
    const hostile = [
      'a\nb',
      '\u001b[2J',
      'x\u2028y',
      '"}\n{"event":"forged"}',
      '\ud800',
      '__proto__',
    ];

    for (const text of hostile) logger.info('lookup.ended', { text, [text]: 1 });

    expect(lines).toHaveLength(hostile.length);
    for (const { line } of lines) {
      expect(line).not.toMatch(/[\n\r\u2028\u2029\u001b]/);
      expect(JSON.parse(line)).toMatchObject({ event: 'lookup.ended' });
    }
  });

  it.each([
    { what: 'an object', value: { token: 'abc' } },
    { what: 'an error', value: new Error('abc') },
    { what: 'a list', value: ['abc'] },
    { what: 'a function', value: () => 'abc' },
    { what: 'a big integer', value: 10n },
    { what: 'nothing', value: undefined },
  ])('leaves out $what that got past the types', ({ value }) => {
    const { logger, lastFields } = createRecorded();

    logger.info('lookup.ended', { kept: 1, value } as unknown as LogFields); // what plain JavaScript may do

    expect(lastFields()).toEqual({ event: 'lookup.ended', kept: 1 });
  });
});
