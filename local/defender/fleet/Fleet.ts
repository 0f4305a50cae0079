import type { Alert } from '../entities/Alert';
import type { KnownFile } from '../entities/KnownFile';
import type { Machine } from '../entities/Machine';
import { canonicalIp } from './canonicalIp';

/** A machine reported an internal address from one instant to another (Unix ms, both included). */
export interface Sighting {
  readonly machine: Machine;
  readonly fromAt: number;
  /** `Infinity` while the machine still has the address. */
  readonly toAt: number;
}

/** Everything the simulated tenant knows. Every question is answered from an index, whatever the size. */
export class Fleet {
  private listed: Machine[] = [];
  private readonly byId = new Map<string, Machine>();
  private readonly byName = new Map<string, Machine[]>();
  private readonly sightingsByIp = new Map<string, Sighting[]>();
  private readonly alerts = new Map<string, Alert>();
  private readonly alertsByIp = new Map<string, Alert[]>();
  private readonly filesByHash = new Map<string, KnownFile>();
  private readonly machinesBySha1 = new Map<string, Machine[]>();

  /** All machines in the order in which the service lists them. */
  get machines(): readonly Machine[] {
    return this.listed;
  }

  get allAlerts(): readonly Alert[] {
    return [...this.alerts.values()];
  }

  get sizes(): { readonly machines: number; readonly alerts: number; readonly files: number } {
    return {
      machines: this.byId.size,
      alerts: this.alerts.size,
      files: this.machinesBySha1.size,
    };
  }

  /** Adds the machine to every index but the listing, see {@link list}. */
  addMachine(machine: Machine): void {
    this.byId.set(machine.id, machine);
    if (machine.computerDnsName) {
      append(this.byName, machine.computerDnsName.toLowerCase(), machine);
    }
  }

  addSighting(ip: string, sighting: Sighting): void {
    append(this.sightingsByIp, canonicalIp(ip) ?? ip, sighting);
  }

  /** Adds an alert and its relation to every address that its evidence names. */
  addAlert(alert: Alert): void {
    this.alerts.set(alert.id.toLowerCase(), alert);
    const ips = new Set(alert.evidence.flatMap(({ ipAddress }) => ipAddress ?? []));
    for (const ip of ips) append(this.alertsByIp, canonicalIp(ip) ?? ip, alert);
  }

  addFile(file: KnownFile, seenOn: readonly Machine[]): void {
    for (const hash of [file.sha1, file.sha256, file.md5]) this.filesByHash.set(hash, file);
    this.machinesBySha1.set(file.sha1, [...seenOn]);
  }

  /** Fixes the order of the listing. */
  list(inOrder: (machines: readonly Machine[]) => readonly Machine[]): void {
    this.listed = [...inOrder([...this.byId.values()])];
  }

  /** Puts a machine into the listing; the rows after it move down. */
  insertListed(at: number, machine: Machine): void {
    this.listed.splice(at, 0, machine);
  }

  /** Takes a machine out of the listing; the rows after it move up. */
  removeListed(at: number): Machine | undefined {
    return this.listed.splice(at, 1)[0];
  }

  /** Two rows change places; no other moves. */
  swapListed(one: number, other: number): void {
    const [a, b] = [this.listed[one], this.listed[other]];
    if (a && b) [this.listed[one], this.listed[other]] = [b, a];
  }

  /** The machine is no longer known by id or name; addresses and files remember it. */
  forget({ id, computerDnsName }: Machine): void {
    this.byId.delete(id);
    const name = computerDnsName?.toLowerCase() ?? '';
    const others = this.machinesNamed(name).filter((machine) => machine.id !== id);
    if (others.length > 0) this.byName.set(name, others);
    else this.byName.delete(name);
  }

  machine(id: string): Machine | undefined {
    return this.byId.get(id.toLowerCase());
  }

  machinesNamed(computerDnsName: string): readonly Machine[] {
    return this.byName.get(computerDnsName.toLowerCase()) ?? [];
  }

  /** Machines that reported the address at some moment of the closed interval, each once. */
  machinesSeen(ip: string, { fromAt, toAt }: Omit<Sighting, 'machine'>): readonly Machine[] {
    const overlapping = (this.sightingsByIp.get(canonicalIp(ip) ?? ip) ?? []).filter(
      (sighting) => sighting.fromAt <= toAt && sighting.toAt >= fromAt,
    );
    return [...new Set(overlapping.map(({ machine }) => machine))];
  }

  alert(id: string): Alert | undefined {
    return this.alerts.get(id.toLowerCase());
  }

  alertsNaming(ip: string): readonly Alert[] {
    return this.alertsByIp.get(canonicalIp(ip) ?? ip) ?? [];
  }

  /** @param hash SHA-1, SHA-256 or MD5, in any case */
  file(hash: string): KnownFile | undefined {
    return this.filesByHash.get(hash.toLowerCase());
  }

  machinesWithFile(sha1: string): readonly Machine[] {
    return this.machinesBySha1.get(sha1.toLowerCase()) ?? [];
  }
}

function append<T>(index: Map<string, T[]>, key: string, value: T): void {
  const values = index.get(key);
  if (values) values.push(value);
  else index.set(key, [value]);
}
