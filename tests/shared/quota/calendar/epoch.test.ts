import { isEpochOf, newEpoch } from '../../../../shared/quota/calendar/epoch';
import { SeededRandom } from '../../../../local/SeededRandom';

const MACHINE = 'tenant|app|cal|machine';

describe('newEpoch() and isEpochOf()', () => {
  const epoch = newEpoch(MACHINE, new SeededRandom(1));

  it('know the epochs of a calendar, each another', () => {
    expect(isEpochOf(MACHINE, epoch)).toBe(true);
    expect(newEpoch(MACHINE, new SeededRandom(2))).not.toBe(epoch);
  });

  it.each([
    { title: 'of another scope', calendar: 'tenant|app|cal|*', of: epoch },
    { title: 'of another application', calendar: 'tenant|other|cal|machine', of: epoch },
    { title: 'that is made up', calendar: MACHINE, of: 'alien' },
    { title: 'that is made up with a mark', calendar: MACHINE, of: `1${epoch}` },
  ])('tell one $title', ({ calendar, of }) => {
    expect(isEpochOf(calendar, of)).toBe(false);
  });
});
