import type { Machine } from '../entities/Machine';
import { addWellKnownAlerts, addWellKnownFiles } from './addWellKnownAlerts';
import { addWellKnownMachines } from './addWellKnownMachines';
import { Fleet } from './Fleet';
import { generateAlert, generateFile } from './generateAlert';
import { generateMachine } from './generateMachine';
import { randomOf, seededDigest } from './seededDigest';

/** A tenant does not raise alerts, or see new files, without end. */
const MAX_ALERTS = 5_000;
const MAX_FILES = 5_000;

/**
 * A fleet that depends on its arguments alone.
 * @param machines how many, the well-known ones included (which always exist, so never fewer)
 * @param startAt Unix ms; every time in the fleet is relative to it
 */
export function createFleet(options: {
  readonly seed: number;
  readonly machines: number;
  readonly startAt: number;
  readonly tenantId: string;
}): Fleet {
  const { seed, machines, startAt, tenantId } = options;
  const fleet = new Fleet();
  addWellKnownMachines(fleet, startAt);
  addWellKnownAlerts(fleet, startAt, tenantId);
  addWellKnownFiles(fleet, startAt);
  const generated: Machine[] = [];
  for (let index = 0; fleet.sizes.machines < machines; index++) {
    generated.push(generateMachine(fleet, index, { seed, startAt }));
  }
  if (generated.length > 0) addGeneratedAlerts(fleet, generated, options);
  addGeneratedFiles(fleet, generated, options);
  const order = randomOf(seededDigest(seed, 'order'));
  fleet.list((all) => order.shuffle(all));
  return fleet;
}

function addGeneratedAlerts(
  fleet: Fleet,
  machines: readonly Machine[],
  options: { readonly seed: number; readonly startAt: number; readonly tenantId: string },
): void {
  const count = Math.min(Math.ceil(machines.length * 0.6), MAX_ALERTS);
  for (let index = 0; index < count; index++) {
    fleet.addAlert(generateAlert(index, { ...options, machines }));
  }
}

function addGeneratedFiles(
  fleet: Fleet,
  machines: readonly Machine[],
  { seed, startAt }: { readonly seed: number; readonly startAt: number },
): void {
  const count = Math.min(Math.ceil(machines.length * 0.4), MAX_FILES);
  for (let index = 0; index < count; index++) {
    const file = generateFile(index, seed, startAt);
    const spread = randomOf(file.sha1);
    const seenOn = Array.from({ length: 1 + spread.below(4) }, () => spread.pick(machines));
    fleet.addFile(file, [...new Set(seenOn)]);
  }
}
