import type { Machine } from '../../defender/DefenderAnswer';
import { stableDigests } from './stableDigest';

interface Print {
  /** JSON list of field names: the same string for all machines with the same fields. */
  readonly names: string;
  /** One digest for each name, concatenated. */
  readonly digests: string;
}

/** Of a digest that is kept; 48 bits, as a whole fleet may change over night and has to fit. */
const CHARACTERS = 8;

/** Which fields of a machine are not what they were. Keeps digests, not the machines. */
export class ChangedFields {
  private readonly names = new Map<string, string>();
  private readonly before = new Map<string, Print>();

  /** As it was in the snapshot before. */
  remember(machine: Machine): void {
    const digests = stableDigests(machine);
    const names = JSON.stringify([...digests.keys()]);
    const shared = this.names.get(names) ?? names;
    this.names.set(shared, shared);
    const cut = [...digests.values()].map((digest) => digest.slice(0, CHARACTERS));
    this.before.set(machine.id, { names: shared, digests: cut.join('') });
  }

  /** In alphabetical order; null if the machine is not remembered. */
  of(machine: Machine): readonly string[] | null {
    const print = this.before.get(machine.id);
    if (!print) return null;
    const names = JSON.parse(print.names) as string[]; // written above
    const before = new Map(
      names.map((name, at) => [name, print.digests.slice(at * CHARACTERS, (at + 1) * CHARACTERS)]),
    );
    const now = stableDigests(machine);
    const all = new Set([...before.keys(), ...now.keys()]);
    return [...all]
      .filter((name) => before.get(name) !== now.get(name)?.slice(0, CHARACTERS))
      .sort();
  }
}
