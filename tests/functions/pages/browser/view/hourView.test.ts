import { hourFigures, hourScope } from '../../../../../functions/pages/browser/view/hourView';
import { recordRows } from '../../../../../functions/pages/browser/view/recordsView';
import { status as example } from '../../../../../shared/openapi/examples';
import type { Status } from '../../../../../shared/health/StatusReport';

const status = example as unknown as Status; // as the API description has it

describe('hourFigures()', () => {
  it('has a unit with each figure', () => {
    const figures = Object.fromEntries(hourFigures(status).map(({ name, value }) => [name, value]));

    expect(figures).toMatchObject({
      Records: '420',
      'Wait, median': '0 s',
      'Wait, 95 %': '2.3 s',
      'Answered by the cache': '41 %',
      'Questions per batch': '29.0',
    });
    expect(hourScope(status)).toBe('records of 2 processes');
  });

  it('has what calendars show when the rest cannot be read, and says so', () => {
    const blind = { ...status, lastHour: null };

    expect(hourFigures(blind).map(({ name }) => name)).toEqual([
      'Calls to Defender',
      'Calls waiting now',
    ]);
    expect(hourScope(blind)).toBe('records cannot be read');
  });

  it('has dashes before anything was done', () => {
    const { lastHour } = status;
    const nothing = {
      waitMs: { p50: null, p95: null },
      cache: { asked: 0, hits: 0 },
      batches: { calls: 0, questions: 0 },
    };

    const figures = hourFigures({ ...status, lastHour: lastHour && { ...lastHour, ...nothing } });

    expect(figures.filter(({ value }) => value === '–')).toHaveLength(4);
  });
});

describe('recordRows()', () => {
  it('says what a record was about, its match and how long it took', () => {
    const [row] = recordRows(status.recentLookups, Date.now());

    expect(row).toMatchObject({
      value: '10.1.0.10',
      match: 'one (1 machine)',
      waited: '0.2 s',
    });
  });
});
