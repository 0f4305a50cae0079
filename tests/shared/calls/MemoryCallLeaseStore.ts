import type {
  CallLease,
  LeasedCall,
  CallLeaseStore,
  StoredLease,
} from '../../../shared/calls/CallLeaseStore';

export class MemoryCallLeaseStore implements CallLeaseStore {
  private readonly claims = new Map<string, StoredLease>();
  private version = 0;
  transactions = 0;

  async insert(call: LeasedCall, claim: CallLease): Promise<StoredLease | null> {
    this.transactions += 1;
    return this.claims.has(keyOf(call)) ? null : this.put(call, claim);
  }

  async read(call: LeasedCall): Promise<StoredLease | null> {
    this.transactions += 1;
    return this.claims.get(keyOf(call)) ?? null;
  }

  async replace(call: LeasedCall, claim: CallLease, etag: string): Promise<StoredLease | null> {
    this.transactions += 1;
    return this.claims.get(keyOf(call))?.etag === etag ? this.put(call, claim) : null;
  }

  async removeBefore(at: number): Promise<number> {
    const old = [...this.claims].filter(([, { slotAt }]) => slotAt < at);
    for (const [key] of old) this.claims.delete(key);
    return old.length;
  }

  private put(call: LeasedCall, claim: CallLease): StoredLease {
    const stored = { ...claim, etag: `v${(this.version += 1)}` };
    this.claims.set(keyOf(call), stored);
    return stored;
  }
}

const keyOf = ({ endpoint, key }: LeasedCall): string => `${endpoint} ${key}`;
