import { TableClient } from '@azure/data-tables';
import { startAzurite, type Azurite } from '../../../local/azurite';
import type { RequestRecord } from '../../../shared/requestRecords/RequestRecord';
import { RequestSettler } from '../../../shared/requestRecords/RequestSettler';
import { refOf } from '../../../shared/requestRecords/RequestState';
import { TableRequestLedger } from '../../../shared/requestRecords/TableRequestLedger';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { NOW } from '../lookups/aLookup';
import { FaultyProxy, type Fault } from '../storage/FaultyProxy';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aHead, aRecord, aWait } from './aRequest';

const MAX_ATTEMPTS = 5;
/** The client repeats by itself, as in the app, but does not wait. */
const RETRY = { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 1 };
/** More than that. */
const LASTING = 3;

describe('a request while Table Storage fails', () => {
  let azurite: Azurite;
  let proxy: FaultyProxy;
  let table: TableClient;
  beforeAll(async () => {
    azurite = await startAzurite();
    const tables = /TableEndpoint=(http:\/\/[^/]+)/.exec(azurite.connectionString)?.[1] ?? '';
    proxy = await FaultyProxy.start(tables);
    const connectionString = azurite.connectionString.replace(tables, proxy.origin);
    table = TableClient.fromConnectionString(connectionString, 'requests', {
      allowInsecureConnection: true,
      retryOptions: RETRY,
    });
    await table.createTable();
  });
  afterAll(async () => {
    await proxy.close();
    await azurite.close();
  });

  let requests = 0;

  /** Of two lookups, one over at intake and one later; each step is repeated as deliveries are. */
  async function runWith(fault: Fault | null, at: number, times: number) {
    const clock = { now: () => NOW, sleep: () => Promise.resolve() };
    const results = new MemoryBlobStore();
    const tables = { of: () => table, removeBefore: () => Promise.resolve(0) };
    const ledger = new TableRequestLedger({ tables, results, clock });
    const published: RequestRecord[] = [];
    const publisher = {
      publish: async (record: RequestRecord) => {
        if (!published.some(({ id }) => id === record.id)) published.push(record);
      },
    };
    const settler = new RequestSettler({ ledger, publisher, results, clock });
    const base = aHead(2);
    const id = `r_${(requests += 1).toString(16).padStart(40, '0')}`;
    const head = { ...base, request: { ...base.request, id } };
    const [first, second] = [1, 2].map((position) => {
      const record = aRecord({ position });
      return { ...record, request: { ...head.request, position } };
    }) as [ReturnType<typeof aRecord>, ReturnType<typeof aRecord>]; // as many
    const ref = refOf(head);

    const before = proxy.requests;
    proxy.faults.push(
      ...Array.from({ length: at }, () => null),
      ...Array.from({ length: times }, () => fault),
    );
    await delivered(() => ledger.open(head, [aWait(second)], [first]));
    await delivered(() => settler.settle(ref, { head }));
    await delivered(async () => {
      await ledger.addRecord(second);
      await settler.settle(ref, { head });
    });
    const made = proxy.requests - before;
    proxy.faults.length = 0;
    const state = await ledger.read(ref);
    return { made, published, state };
  }

  it.each<{ title: string; fault: Fault; times: number }>([
    { title: 'is busy', fault: { isDone: false, status: 503 }, times: LASTING },
    { title: 'is busy after it has written', fault: { isDone: true, status: 503 }, times: 1 },
    { title: 'has lost its answer', fault: { isDone: true, status: null }, times: 1 },
    { title: 'cannot be reached', fault: { isDone: false, status: null }, times: LASTING },
    {
      title: 'finds a row that is not there',
      fault: { isDone: true, status: 409, code: 'EntityAlreadyExists' },
      times: 1,
    },
    {
      title: 'finds another version',
      fault: { isDone: true, status: 412, code: 'UpdateConditionNotSatisfied' },
      times: 1,
    },
    {
      title: 'removes the table at the moment',
      fault: { isDone: false, status: 409, code: 'TableBeingDeleted' },
      times: LASTING,
    },
  ])(
    'is published once, whole, whichever of its steps meets one that $title',
    async ({ fault, times }) => {
      const { made } = await runWith(null, 0, 0);
      expect(made).toBeGreaterThan(5);
      for (let at = 0; at < made; at++) {
        const { published, state } = await runWith(fault, at, times);

        expect({ at, published }).toMatchObject({
          at,
          published: [
            { generation: 0, status: 'completed', final: true, request: { of: 2, done: 2 } },
          ],
        });
        expect(published).toHaveLength(1);
        expect(state).toMatchObject({ claim: { generation: 0, isSent: true } });
      }
    },
  );
});

/** As the broker and the work queue do with what could not be noted. */
async function delivered(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof StorageUnavailableError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
