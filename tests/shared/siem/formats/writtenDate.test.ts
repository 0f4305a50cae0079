import { Place } from '../../../../shared/siem/formats/Place';
import { writtenDate } from '../../../../shared/siem/formats/writtenDate';

describe('writtenDate()', () => {
  it.each([
    ['Nov 20 2026 08:15:00', '2026-11-20T08:15:00'],
    ['Nov 2 2026 08:15:00.123 UTC', '2026-11-02T08:15:00.123UTC'],
    ['Nov 20 2026 08:15:00 +0100', '2026-11-20T08:15:00+0100'],
    ['1795162500000', '1795162500000'],
    ['2026-11-20T08:15:00Z', '2026-11-20T08:15:00Z'],
    ['Nov 20 08:15:00', 'Nov 20 08:15:00'],
    ['Foo 20 2026 08:15:00', 'Foo 20 2026 08:15:00'],
    ['Nov 20 2026 08:15:00 CEST', 'Nov 20 2026 08:15:00 CEST'],
  ])('reads %s as %s', (written, read) => {
    expect(writtenDate(Place.of(written)).text).toBe(read);
  });
});
