import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { readWholeRecord } from '../../../shared/records/readWholeRecord';
import type { FitRecordOptions } from '../../../shared/records/fitRecord';
import { answerRecord, AnswerRecords } from '../../../shared/requests/AnswerRecords';
import { aLookup, NOW } from '../lookups/aLookup';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';

const MEGABYTE = 1024 * 1024;

/** A record of about that size. */
function aRecord(lookupId: string, bytes: number): EnrichmentRecord {
  const reason = { code: 'ip.notRoutable', message: '' };
  const record = buildInvalidRecord(aLookup('ip', '10.1.2.3'), reason, { now: NOW });
  const alerts = Array.from({ length: Math.ceil(bytes / 1024) }, (_, index) => ({
    alert: { id: `a${index}`, title: 'x'.repeat(950) },
    onMatchedMachine: false,
    portalUrl: '',
  }));
  return { ...record, lookupId, alerts };
}

async function fit(records: readonly EnrichmentRecord[], options: FitRecordOptions) {
  const answer = new AnswerRecords(records.length, options);
  await Promise.all(records.map((record) => answer.add(record)));
  return answer.list();
}

describe('AnswerRecords', () => {
  it('leaves records whole that fit into 10 MB together', async () => {
    const records = [aRecord('l_a', 4 * MEGABYTE), aRecord('l_b', 4 * MEGABYTE)];
    const results = new MemoryBlobStore();

    const fitted = await fit(records, { results, publicBaseUrl: null, keepMs: 1 });

    expect(fitted).toEqual(records);
    expect(results.blobs.size).toBe(0);
  });

  it('shortens the largest, and only as many as it takes; they stay readable whole', async () => {
    const records = [aRecord('l_a', MEGABYTE), aRecord('l_b', 9 * MEGABYTE), aRecord('l_c', 5000)];
    const results = new MemoryBlobStore();

    const fitted = await fit(records, { results, publicBaseUrl: null, keepMs: 1 });

    expect(fitted.map(({ lookupId, truncated }) => [lookupId, truncated !== null])).toEqual([
      ['l_a', false],
      ['l_b', true],
      ['l_c', false],
    ]);
    expect(await readWholeRecord(results, 'l_b')).toEqual(records[1]);
  });

  it('lists them in the order of the request, whatever the order in which they come', async () => {
    const records = [3, 1, 2].map((position) => {
      const record = aRecord(`l_${position}`, 100);
      return { ...record, request: { ...record.request, position } };
    });

    const results = new MemoryBlobStore();
    const listed = await fit(records, { results, publicBaseUrl: null, keepMs: 1 });

    expect(listed.map(({ lookupId }) => lookupId)).toEqual(['l_1', 'l_2', 'l_3']);
  });

  it('never answers with more than 10 MB, however many records are large', async () => {
    const records = Array.from({ length: 100 }, (_, index) => aRecord(`l_${index}`, 200_000));
    const results = new MemoryBlobStore();

    const fitted = await fit(records, { results, publicBaseUrl: 'https://a.b', keepMs: 1 });

    const bytes = Buffer.byteLength(JSON.stringify(fitted));
    expect(bytes).toBeLessThanOrEqual(10 * MEGABYTE);
    expect(bytes).toBeGreaterThan(9 * MEGABYTE);
    const shortened = fitted.filter(({ truncated }) => truncated);
    expect(
      shortened.map(({ truncated, lookupId }) => truncated?.url === urlOf(lookupId)),
    ).not.toContain(false);
  });
});

const urlOf = (lookupId: string): string => `https://a.b/api/results/${lookupId}`;

describe('readWholeRecord()', () => {
  it.each([
    { title: 'the newest generation, by number', names: ['2.9', '10.5'], newest: '10.5' },
    { title: 'of one generation the latest received', names: ['0.9', '0.10'], newest: '0.10' },
    { title: 'a record of an earlier version', names: ['0'], newest: '0' },
    { title: 'a later one before that', names: ['0', '0.1'], newest: '0.1' },
  ])('reads $title', async ({ names, newest }) => {
    const results = new MemoryBlobStore();
    for (const name of names) {
      const bytes = Buffer.from(JSON.stringify({ name }));
      await results.create(`records/l_a.${name}.json`, bytes, { contentType: 'text/plain' });
    }

    expect(await readWholeRecord(results, 'l_a')).toEqual({ name: newest });
    expect(await readWholeRecord(results, 'l_b')).toBeNull();
  });

  it('has 10 MB at most also for one record whose texts are without end', async () => {
    const record = aRecord('l_a', 1_000);
    const highestRiskScore = 'x'.repeat(12 * MEGABYTE);
    const results = new MemoryBlobStore();

    const fitted = await answerRecord(
      { ...record, summary: { ...record.summary, highestRiskScore } },
      { results, publicBaseUrl: null, keepMs: 1 },
    );

    expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThan(10 * MEGABYTE);
    expect(fitted).toHaveProperty('truncated.blob', expect.stringMatching(/^records\/l_a\./));
  });
});
