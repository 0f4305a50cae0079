import type { Claim, ClaimedCall, ClaimStore, StoredClaim } from '../../../shared/quota/ClaimStore';

export class MemoryClaimStore implements ClaimStore {
  private readonly claims = new Map<string, StoredClaim>();
  private version = 0;
  transactions = 0;

  async insert(call: ClaimedCall, claim: Claim): Promise<StoredClaim | null> {
    this.transactions += 1;
    return this.claims.has(keyOf(call)) ? null : this.put(call, claim);
  }

  async read(call: ClaimedCall): Promise<StoredClaim | null> {
    this.transactions += 1;
    return this.claims.get(keyOf(call)) ?? null;
  }

  async replace(call: ClaimedCall, claim: Claim, etag: string): Promise<StoredClaim | null> {
    this.transactions += 1;
    return this.claims.get(keyOf(call))?.etag === etag ? this.put(call, claim) : null;
  }

  async removeBefore(at: number): Promise<number> {
    const old = [...this.claims].filter(([, { slotAt }]) => slotAt < at);
    for (const [key] of old) this.claims.delete(key);
    return old.length;
  }

  private put(call: ClaimedCall, claim: Claim): StoredClaim {
    const stored = { ...claim, etag: `v${(this.version += 1)}` };
    this.claims.set(keyOf(call), stored);
    return stored;
  }
}

const keyOf = ({ endpoint, key }: ClaimedCall): string => `${endpoint} ${key}`;
