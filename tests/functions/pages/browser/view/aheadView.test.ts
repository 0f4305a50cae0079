import { aheadView } from '../../../../../functions/pages/browser/view/aheadView';

const now = new Date(2026, 10, 29, 12, 0, 0).getTime();

describe('aheadView()', () => {
  it('has a falling curve for each flow, and when its last call comes', () => {
    const view = aheadView(
      { everyMs: 60_000, waiting: { high: [5, 0, 0], normal: [90, 40, 0] } },
      now,
    );

    expect(view.times).toEqual([now / 1_000, now / 1_000 + 60, now / 1_000 + 120]);
    expect(view.flows).toMatchObject([
      { flow: 'high', now: 5, done: 'in 60 s, 12:01:00' },
      { flow: 'normal', now: 90, waiting: [90, 40, 0], done: 'in 2 min, 12:02:00' },
    ]);
    expect(view.summary).toBe('95 calls wait; the last slot is in 2 min, 12:02:00.');
  });

  it('says that nothing waits', () => {
    expect(aheadView({ everyMs: 1_000, waiting: {} }, now)).toEqual({
      times: [],
      flows: [],
      summary: 'Nothing waits for a slot.',
    });
  });
});
