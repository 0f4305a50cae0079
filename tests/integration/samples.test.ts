import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createSamples } from '../../local/samples/createSamples';
import { isEmpty } from '../../local/start/SampleRun';
import type { Published, PublishedRequest } from '../../local/start/readOutput';
import { SampleLedger, type SettledSample } from '../../local/start/SampleLedger';
import { LocalStack, type LoggedEvent } from '../support/LocalStack';
import { toGolden } from '../support/toGolden';

/**
 * `UPDATE_GOLDEN=1 npm test -- tests/integration/samples` writes the golden files anew. They say what consumers get:
 * read the difference before committing it.
 */
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const GOLDEN = join(__dirname, '..', 'fixtures', 'golden');
const REQUESTS = join(__dirname, '..', 'fixtures', 'goldenRequests');
const MAX_MESSAGE_BYTES = 192 * 1024;

/** Whose request's record is kept as a golden file, with its comment. */
const WITH_REQUEST = [
  'incident',
  'some-invalid',
  'refs',
  'odd-fields',
  'ip-crowd',
  'ip-external-alerts',
  'host-ambiguous',
  'machine-reimaged',
  'injection-odata',
  'file-sha256',
];

const startAt = Date.now();
const samples = createSamples(startAt);
const ownSamples = samples.filter(({ repeats }) => repeats === undefined);

describe('the sample messages', () => {
  let stack: LocalStack;
  const ledger = new SampleLedger(samples);
  const entered = { records: 0, quarantined: 0, requests: 0 };
  beforeAll(async () => {
    stack = await LocalStack.start();
    await stack.addHost();
    await stack.send(samples.map(({ name, body }) => ({ messageId: name, body })));
    await stack.until(() => {
      for (const { record } of stack.published.slice(entered.records)) ledger.addRecord(record);
      for (const each of stack.quarantined.slice(entered.quarantined)) ledger.addQuarantined(each);
      for (const each of stack.requests.slice(entered.requests)) ledger.addRequest(each);
      entered.records = stack.published.length;
      entered.quarantined = stack.quarantined.length;
      entered.requests = stack.requests.length;
      const isInputEmpty = isEmpty(stack.emulators.serviceBus.counts()['siem-indicators']);
      return isInputEmpty && ledger.counts(true).lost === 0 && ledger.withoutRequest() === 0;
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

    expect(golden).toEqual(readGolden(file));
  });

  it.each(WITH_REQUEST)('%s equals its golden record of the whole request', (name) => {
    const golden = toGolden(requestsOf(name));
    const file = join(REQUESTS, `${name}.json`);
    if (isUpdating) writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);

    expect(golden).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('have one record for each request, which agrees with those of its lookups', () => {
    const disagreeing = ownSamples.flatMap(({ name }) => {
      const { records = [] } = settle(name) ?? {};
      const listed = requestsOf(name).flatMap(({ lookups }) =>
        lookups.map(({ recordId }) => recordId),
      );
      const published = records.map(({ id }) => id);
      const isAgreed = isDeepStrictEqual(listed.toSorted(), published.toSorted());
      return isAgreed ? [] : [name];
    });

    expect(disagreeing).toEqual([]);
    expect(new Set(stack.requests.map(({ id }) => id)).size).toBe(stack.requests.length);
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

  /** The newest generation of each request of a sample. */
  function requestsOf(name: string): readonly PublishedRequest[] {
    const ids = new Set(settle(name)?.records.map(({ request }) => request.id));
    const newest = new Map(
      stack.requests
        .toSorted((a, b) => a.generation - b.generation)
        .map((each) => [each.request.id, each]),
    );
    return [...newest.values()].filter(({ request }) => ids.has(request.id));
  }

  function publishedFor(name: string): readonly Omit<Published, 'body'>[] {
    const ids = new Set(settle(name)?.records.map(({ lookupId }) => lookupId));
    return stack.published
      .filter(({ record }) => ids.has(record.lookupId))
      .sort((a, b) => a.record.request.position - b.record.request.position)
      .map(({ record, properties }) => ({ properties, record }));
  }
});

/** @throws Error naming the command that writes it */
function readGolden(file: string): unknown {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  throw new Error(
    `There is no ${file} yet. Write it with \`UPDATE_GOLDEN=1 npm test -- tests/integration/samples\`, and read it.`,
  );
}

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
  for (const folder of [GOLDEN, REQUESTS]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
}
