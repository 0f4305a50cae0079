import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createSamples } from '../../local/samples/createSamples';
import { isEmpty } from '../../local/start/SampleRun';
import type { Published } from '../../local/start/readOutput';
import { SampleLedger, type SettledSample } from '../../local/start/SampleLedger';
import { LocalStack, type LoggedEvent } from '../support/LocalStack';
import { toGolden } from '../support/toGolden';

/**
 * `UPDATE_GOLDEN=1 npm test -- tests/integration/samples` writes the golden files anew. They say what consumers get:
 * read the difference before committing it.
 */
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const GOLDEN = join(__dirname, '..', 'fixtures', 'golden');
const MAX_MESSAGE_BYTES = 192 * 1024;

const startAt = Date.now();
const samples = createSamples(startAt);
const ownSamples = samples.filter(({ repeats }) => repeats === undefined);

describe('the sample messages', () => {
  let stack: LocalStack;
  const ledger = new SampleLedger(samples);
  const entered = { records: 0, quarantined: 0 };
  beforeAll(async () => {
    stack = await LocalStack.start();
    await stack.addHost();
    await stack.send(samples.map(({ name, body }) => ({ messageId: name, body })));
    await stack.until(() => {
      for (const { record } of stack.published.slice(entered.records)) ledger.addRecord(record);
      for (const each of stack.quarantined.slice(entered.quarantined)) ledger.addQuarantined(each);
      entered.records = stack.published.length;
      entered.quarantined = stack.quarantined.length;
      const isInputEmpty = isEmpty(stack.emulators.serviceBus.counts()['siem-indicators']);
      return isInputEmpty && ledger.counts(true).lost === 0;
    });
  }, 90_000);
  afterAll(() => stack.close());

  function settle(name: string): SettledSample | null {
    return ledger.get(name);
  }

  it('are each answered or quarantined as their author expects', () => {
    const outcomes = ownSamples.map(({ name }) => [name, outcomeOf(settle(name))]);

    expect(outcomes).toEqual(ownSamples.map(({ name, expected }) => [name, expected]));
  });

  it('are all accounted for, repeats included, and none is dead-lettered', () => {
    const { answered, quarantined, ...rest } = ledger.counts(true);

    expect(rest).toEqual({ sent: samples.length, lost: 0 });
    expect(answered + quarantined).toBe(samples.length);
    expect(stack.deadLettered()).toBe(0);
  });

  it('are answered once per lookup', () => {
    const lookups = stack.published.map(({ record }) => record.lookupId);

    expect(lookups).toHaveLength(new Set(lookups).size);
  });

  it('never lead to a message that the output queue of the standard tier could refuse', () => {
    const sizes = stack.published.map(({ record }) => JSON.stringify(record).length);

    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(Math.max(...sizes)).toBeGreaterThan(MAX_MESSAGE_BYTES / 2);
  });

  it.each(ownSamples)('$name equals its golden record: $title', ({ name }) => {
    const golden = toGolden({
      published: publishedFor(name),
      quarantined: settle(name)?.quarantined ?? [],
    });
    const file = join(GOLDEN, `${name}.json`);
    if (isUpdating) writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);

    expect(golden).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('can each be followed in the log by its MessageId, from intake to every record and quarantined copy', async () => {
    const expected = ownSamples.map(({ name }) => [name, endingsOf(settle(name))]);
    const logged = () => ownSamples.map(({ name }) => [name, endingsIn(stack.logged, name)]);

    // A line comes a moment after what it is about.
    await stack.until(() => isDeepStrictEqual(logged(), expected), 10_000).catch(() => null);

    expect(logged()).toEqual(expected);
  });

  it('have no golden file too many', () => {
    const expected = ownSamples.map(({ name }) => `${name}.json`).sort();

    expect(readdirSync(GOLDEN).sort()).toEqual(expected);
  });

  function publishedFor(name: string): readonly Omit<Published, 'body'>[] {
    const ids = new Set(settle(name)?.records.map(({ lookupId }) => lookupId));
    return stack.published
      .filter(({ record }) => ids.has(record.lookupId))
      .sort((a, b) => a.record.request.position - b.record.request.position)
      .map(({ record, properties }) => ({ properties, record }));
  }
});

function endingsOf(settled: SettledSample | null): readonly string[] {
  const { records = [], quarantined = [] } = settled ?? {};
  return [
    ...records.map(({ lookupId, outcome }) => `${lookupId} lookup.ended ${outcome}`),
    ...quarantined.map(({ reason }) => `message.quarantined ${reason.code}`),
  ].sort();
}

function endingsIn(logged: readonly LoggedEvent[], sample: string): readonly string[] {
  const lines = logged.filter(({ fields }) => fields['messageId'] === sample);
  return lines
    .flatMap(({ event, fields }) => {
      const { lookupId, outcome, reasonCode } = fields;
      if (event === 'lookup.ended') return [`${String(lookupId)} lookup.ended ${String(outcome)}`];
      return event === 'message.quarantined' ? [`message.quarantined ${String(reasonCode)}`] : [];
    })
    .sort();
}

function outcomeOf(settled: SettledSample | null) {
  const unreadable = settled?.quarantined.find(({ lookup }) => lookup === null);
  if (unreadable) return { quarantined: unreadable.reason.code };
  return settled?.records.map(({ outcome }) => outcome);
}

if (isUpdating) {
  rmSync(GOLDEN, { recursive: true, force: true });
  mkdirSync(GOLDEN, { recursive: true });
}
