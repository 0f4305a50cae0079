import type { Sample } from '../../../local/samples/Sample';
import { SampleLedger } from '../../../local/start/SampleLedger';
import { published, publishedRequest, quarantined } from './published';

const sample = (name: string, more: Partial<Sample> = {}): Sample => ({
  name,
  title: name,
  body: '',
  expected: [],
  ...more,
});

describe('SampleLedger', () => {
  it('counts every sample as lost until something comes', () => {
    const ledger = new SampleLedger([sample('a'), sample('b')]);

    expect(ledger.counts(true)).toEqual({ sent: 2, answered: 0, quarantined: 0, lost: 2 });
    expect(ledger.get('a')).toBeNull();
  });

  it('settles a message with the last of its lookups, and shows them in their order', () => {
    const ledger = new SampleLedger([sample('a')]);
    const second = published({ messageId: 'a', position: 2, of: 2, outcome: 'notSeen' });
    const first = published({ messageId: 'a', position: 1, of: 2 });

    expect(ledger.addRecord(second)).toBeNull();
    expect(ledger.addRecord(first)).toEqual({
      sample: sample('a'),
      records: [first, second],
      quarantined: [],
    });
    expect(ledger.counts(true)).toEqual({ sent: 1, answered: 1, quarantined: 0, lost: 0 });
  });

  it('does not take two records of one lookup for two lookups', () => {
    const ledger = new SampleLedger([sample('a')]);
    const first = published({ messageId: 'a', position: 1, of: 2 });
    ledger.addRecord(first);

    expect(ledger.addRecord(first)).toBeNull();
    expect(ledger.counts(true).lost).toBe(1);
  });

  it('does not take more lookups than the message has for an answer', () => {
    const ledger = new SampleLedger([sample('a')]);
    ledger.addRecord(published({ messageId: 'a', position: 1, of: 1 }));
    ledger.addRecord(published({ messageId: 'a', position: 2, of: 1 }));

    expect(ledger.counts(true).lost).toBe(1);
  });

  it('replaces a record by one of a higher generation, never by a lower one', () => {
    const ledger = new SampleLedger([sample('a')]);
    const early = published({ messageId: 'a', outcome: 'notSeen', final: false });
    const late = published({ messageId: 'a', generation: 1 });
    ledger.addRecord(early);

    expect(ledger.addRecord(late)?.records).toEqual([late]);
    expect(ledger.addRecord(early)).toBeNull();
    expect(ledger.get('a')?.records).toEqual([late]);
  });

  it('settles an unreadable message as quarantined', () => {
    const ledger = new SampleLedger([sample('a')]);
    const entry = quarantined('a', 'message.notJson');

    expect(ledger.addQuarantined(entry)?.quarantined).toEqual([entry]);
    expect(ledger.counts(true)).toEqual({ sent: 1, answered: 0, quarantined: 1, lost: 0 });
  });

  it('waits for the record of a lookup that is quarantined, and then counts it as quarantined', () => {
    const ledger = new SampleLedger([sample('a')]);

    expect(ledger.addQuarantined(quarantined('a', 'lookup.expired', true))).toBeNull();
    ledger.addRecord(published({ messageId: 'a', outcome: 'expired' }));

    expect(ledger.counts(true)).toEqual({ sent: 1, answered: 0, quarantined: 1, lost: 0 });
  });

  it('settles a repeat with the first of its event, whichever of them was read first', () => {
    const ledger = new SampleLedger([sample('a'), sample('again', { repeats: 'a' })]);
    ledger.addRecord(published({ messageId: 'again' }));

    expect(ledger.counts(true)).toEqual({ sent: 2, answered: 2, quarantined: 0, lost: 0 });
  });

  it('counts a repeat as lost while the input queue holds anything', () => {
    const ledger = new SampleLedger([sample('a'), sample('again', { repeats: 'a' })]);
    ledger.addRecord(published({ messageId: 'a' }));

    expect(ledger.counts(false)).toEqual({ sent: 2, answered: 1, quarantined: 0, lost: 1 });
  });

  it('ignores what belongs to no sample', () => {
    const ledger = new SampleLedger([sample('a')]);

    expect(ledger.addRecord(published({ messageId: 'other' }))).toBeNull();
    expect(ledger.addQuarantined(quarantined('other', 'message.notJson'))).toBeNull();
    expect(ledger.counts(true).lost).toBe(1);
  });

  it('waits for the record of each request whose lookups have theirs', () => {
    const ledger = new SampleLedger([sample('a')]);
    ledger.addRecord(published({ messageId: 'a' }));
    expect(ledger.withoutRequest()).toBe(1);

    ledger.addRequest(publishedRequest('a'));

    expect(ledger.withoutRequest()).toBe(0);
  });
});
