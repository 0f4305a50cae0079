import { WELL_KNOWN } from '../defender/wellKnown';
import type { Sample } from './Sample';

const { files, alerts, machines, sharedName, ambiguousName, merges, unknown } = WELL_KNOWN;

export const fileSamples: readonly Sample[] = [
  {
    name: 'file-sha1',
    title: 'SHA-1: the machines with this file',
    body: JSON.stringify({ hash: files.eicar.sha1 }),
    expected: ['found'],
  },
  {
    name: 'file-sha256',
    title: 'SHA-256: translated first',
    body: JSON.stringify({ hash: files.eicar.sha256 }),
    expected: ['found'],
  },
  {
    name: 'file-md5',
    title: 'MD5: refused by Defender, although documented',
    body: JSON.stringify({ type: 'MD5', value: files.eicar.md5.toUpperCase() }),
    expected: ['invalid'],
  },
  {
    name: 'file-seen-nowhere',
    title: 'known file that no machine has',
    body: JSON.stringify({ hash: files.seenNowhere.sha256 }),
    expected: ['notSeen'],
  },
  {
    name: 'file-unknown',
    title: 'unknown file',
    body: JSON.stringify({ hash: files.unknown.sha1 }),
    expected: ['notSeen'],
  },
  {
    name: 'file-sha512',
    title: 'SHA-512, which Defender does not know',
    body: JSON.stringify({ hash: 'ab'.repeat(64) }),
    expected: ['invalid'],
  },
];

export const alertSamples: readonly Sample[] = [
  {
    name: 'alert',
    title: 'Defender alert: the machine that raised it',
    body: JSON.stringify({ alertId: alerts.onWorkstation }),
    expected: ['found'],
  },
  {
    name: 'alert-negative',
    title: 'alert id with a negative second part',
    body: JSON.stringify({ alertId: alerts.onServer }),
    expected: ['found'],
  },
  {
    name: 'alert-guid',
    title: 'alert id with a GUID in it',
    body: JSON.stringify({ alertId: alerts.guid }),
    expected: ['found'],
  },
  {
    name: 'alert-provider-id',
    title: "the provider's spelling of it, without da",
    body: JSON.stringify({ alertId: alerts.guid.slice(2) }),
    expected: ['found'],
  },
  {
    name: 'alert-automated',
    title: 'alert of an automated investigation (ar)',
    body: JSON.stringify({ alertId: alerts.automated }),
    expected: ['found'],
  },
  {
    name: 'alert-legacy',
    title: 'legacy alert id without a prefix',
    body: JSON.stringify({ alertId: alerts.legacy }),
    expected: ['found'],
  },
  {
    name: 'alert-without-machine',
    title: 'alert that has no machine: may come, asked again',
    body: JSON.stringify({ alertId: alerts.withoutMachine }),
    expected: ['notSeen'],
  },
  {
    name: 'alert-unknown',
    title: 'alert unknown so far: asked again in 15 minutes',
    body: JSON.stringify({ alertId: alerts.unknown }),
    expected: ['notSeen'],
  },
  {
    name: 'alert-sentinel',
    title: "Sentinel's own alert id: the record says what to send",
    body: JSON.stringify({ alertId: '2517a7c3-1f40-4c44-9b4e-5f9d6a0c7e11' }),
    expected: ['invalid'],
  },
  {
    name: 'alert-portal-id',
    title: 'alert id as the portal shows it: da and a GUID',
    body: JSON.stringify({ alertId: alerts.portal }),
    expected: ['found'],
  },
  {
    name: 'alert-cloud-apps',
    title: 'alert of Defender for Cloud Apps (ca), bare',
    body: 'ca9f6d2c1b-77aa-4a1e-9d6a-0b1c2d3e4f50',
    expected: ['invalid'],
  },
  {
    name: 'alert-office',
    title: 'alert of Defender for Office 365 (fa)',
    body: JSON.stringify({ alertId: 'fa2517a7c3-1f40-4c44-9b4e-5f9d6a0c7e11_1' }),
    expected: ['invalid'],
  },
];

export const machineSamples: readonly Sample[] = [
  {
    name: 'machine',
    title: 'device id',
    body: JSON.stringify({ machineId: machines.server.id }),
    expected: ['found'],
  },
  {
    name: 'machine-sparse',
    title: 'device of which nothing but the id is known',
    body: JSON.stringify({ machineId: machines.sparse.id }),
    expected: ['found'],
  },
  {
    name: 'machine-merged',
    title: 'device merged into another: followed there',
    body: JSON.stringify({ machineId: sharedName.merged.id }),
    expected: ['found'],
  },
  {
    name: 'machine-merged-thrice',
    title: 'merged, and merged on: three merges are followed',
    body: JSON.stringify({ machineId: merges.chain.ids[1] }),
    expected: ['found'],
  },
  {
    name: 'machine-merged-too-often',
    title: 'four merges: not followed to the end, so weak',
    body: JSON.stringify({ machineId: merges.chain.ids[0] }),
    expected: ['found'],
  },
  {
    name: 'machine-reimaged',
    title: 'inactive, its name lives on: not for isolating',
    body: JSON.stringify({ machineId: sharedName.inactive.id }),
    expected: ['found'],
  },
  {
    name: 'machine-entra',
    title: 'the device’s id in Entra: a weak match',
    body: JSON.stringify({ machineId: machines.phone.aadDeviceId }),
    expected: ['found'],
  },
  {
    name: 'machine-unknown',
    title: 'device unknown so far: asked again in 15 minutes',
    body: JSON.stringify({ machineId: unknown.machineId }),
    expected: ['notSeen'],
  },
];

export const hostSamples: readonly Sample[] = [
  {
    name: 'host-full',
    title: 'full host name: a strong match',
    body: JSON.stringify({ host: machines.workstation.computerDnsName }),
    expected: ['found'],
  },
  {
    name: 'host-short',
    title: 'short host name in capitals: a weak match',
    body: JSON.stringify({ host: 'DESKTOP-17' }),
    expected: ['found'],
  },
  {
    name: 'host-netbios',
    title: 'NetBIOS name, cut to 15 characters',
    body: JSON.stringify({ host: 'CONFERENCE-ROOM' }),
    expected: ['found'],
  },
  {
    name: 'host-label',
    title: 'full name of a machine known by its short one',
    body: JSON.stringify({ host: `${machines.bareName.computerDnsName}.emea.contoso.com` }),
    expected: ['found'],
  },
  {
    name: 'host-reinstalled',
    title: 'one name, one live machine, two former ones',
    body: JSON.stringify({ host: sharedName.computerDnsName }),
    expected: ['found'],
  },
  {
    name: 'host-ambiguous',
    title: 'one name, two live machines: not for isolating',
    body: JSON.stringify({ host: ambiguousName.computerDnsName }),
    expected: ['found'],
  },
  {
    name: 'host-forked',
    title: 'one name, two records, merged into two machines',
    body: JSON.stringify({ host: merges.forked.computerDnsName }),
    expected: ['found'],
  },
  {
    name: 'host-merged-away',
    title: 'one machine live, one merged into a missing record',
    body: JSON.stringify({ host: merges.gone.computerDnsName }),
    expected: ['found'],
  },
  {
    name: 'host-phone',
    title: 'the name that somebody gave a phone: a strong match',
    body: JSON.stringify({ host: machines.phone.computerDnsName }),
    expected: ['found'],
  },
  {
    name: 'host-unknown',
    title: 'unknown host name',
    body: JSON.stringify({ host: unknown.host }),
    expected: ['notSeen'],
  },
];
