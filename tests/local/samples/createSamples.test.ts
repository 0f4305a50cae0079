import { createSamples } from '../../../local/samples/createSamples';

const samples = createSamples(Date.parse('2026-11-20T12:00:00Z'));
/** What a message on the standard tier may hold, properties included. */
const MAX_MESSAGE_BYTES = 256 * 1024;
const TABLE_COLUMN = 53;

describe('createSamples()', () => {
  it('makes at least 40 messages, each under a name of its own', () => {
    const names = samples.map(({ name }) => name);

    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(samples)('describes $name in a line of the table: $title', ({ title }) => {
    expect(title.length).toBeLessThanOrEqual(TABLE_COLUMN);
  });

  it.each(samples)('keeps $name within what a queue takes', ({ body }) => {
    expect(Buffer.byteLength(body)).toBeLessThan(MAX_MESSAGE_BYTES - 1024);
  });

  it.each(samples.filter(({ repeats }) => repeats !== undefined))(
    'lets $name repeat an earlier message',
    ({ name, repeats }) => {
      const names = samples.map((sample) => sample.name);

      expect(names.slice(0, names.indexOf(name))).toContain(repeats);
    },
  );

  it('shows every outcome that can be had undisturbed, and every reason for quarantine but size', () => {
    const outcomes = new Set(
      samples.flatMap(({ expected }) => ('quarantined' in expected ? [] : expected)),
    );
    const codes = new Set(
      samples.flatMap(({ expected }) => ('quarantined' in expected ? [expected.quarantined] : [])),
    );

    expect([...outcomes].sort()).toEqual(['expired', 'found', 'invalid', 'notSeen']);
    expect([...codes].sort()).toEqual([
      'message.noIndicator',
      'message.notJson',
      'message.notText',
      'message.otherTenant',
      'message.tooDeep',
      'message.tooManyIndicators',
    ]);
  });

  it('dates everything relative to the start', () => {
    const later = createSamples(Date.parse('2036-06-01T00:00:00Z'));

    expect(later.filter(({ body }) => body.toString().includes('2026-'))).toEqual([]);
  });
});
