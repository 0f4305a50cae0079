import type { Machine } from '../defender/DefenderAnswer';
import type { ODataFilter } from '../defender/odata';
import { HostName } from '../indicators/HostName';
import { undecorateHost } from '../indicators/undecorate';
import type { Kind } from './Kind';
import { machineList, named } from './machineList';

/** Labels of letters, digits, `_`, `-` and `&`. */
const PLAIN_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_&-]*(?:\.[\p{L}\p{N}_][\p{L}\p{M}\p{N}_&-]*)*$/u;

const parse = (text: string) => HostName.parse(undecorateHost(text));

export const host = {
  noun: 'host name',
  key: { name: 'host', description: 'Computer name or full DNS name' },
  names: [
    'host',
    'hostname',
    'fqdn',
    'computer',
    'computername',
    'computerdnsname',
    'dnsname',
    'devicename',
    'devicednsname',
    'machinename',
    'netbiosname',
    'hostfqdn',
    'dnshostname',
  ],
  parse,
  // Any text may be the name of a phone, so what is not plainly a computer's has to be called a host.
  isMeant: (text) => {
    const parsed = parse(text);
    return parsed.ok && PLAIN_NAME.test(parsed.indicator.value);
  },
  isDetected: true,
  mayBeNumber: false,
  isRechecked: false,
  meansOneMachine: true,
  // It shares that of machines.
  routes: [],
  steps: [
    {
      step: 'host',
      endpoint: 'machines',
      query: ({ indicator }) => machineList(ownName(indicator)),
      match: {
        by: 'computerDnsName',
        bears: ({ computerDnsName }, { indicator: { form, value, isWhole } }) =>
          !isWhole ||
          (form === 'fullName' ? fullNameOf({ computerDnsName }) : computerDnsName) === value,
        strong: ({ indicator }) => indicator.isWhole,
      },
    },
    {
      step: 'hostLabel',
      endpoint: 'machines',
      query: ({ indicator }, { hasMachines }) =>
        indicator.form === 'fullName' && !hasMachines()
          ? machineList(named(indicator.label))
          : null,
      match: {
        by: 'computerDnsName',
        via: ({ indicator }) => indicator.label,
        strong: 'none',
      },
    },
    {
      step: 'hostPrefix',
      endpoint: 'machines',
      query: ({ indicator }, { hasMachines }) =>
        indicator.maybeCutNetBios && !hasMachines()
          ? machineList(nameStartsWith(indicator.value))
          : null,
      match: { by: 'computerDnsName', strong: 'none' },
    },
  ],
} as const satisfies Kind<'host'>;

/** A bare name also matches every full name that begins with it. */
function ownName({ value, isWhole }: HostName): ODataFilter {
  if (isWhole) return named(value);
  return { op: 'or', operands: [named(value), nameStartsWith(`${value}.`)] };
}

function nameStartsWith(prefix: string): ODataFilter {
  return { op: 'startswith', property: 'computerDnsName', value: prefix };
}

/** In lower case; null for a record without a name that means one machine. */
export function fullNameOf({ computerDnsName }: Pick<Machine, 'computerDnsName'>): string | null {
  const parsed = HostName.parse(computerDnsName ?? '');
  return parsed.ok && parsed.indicator.form === 'fullName' ? parsed.indicator.value : null;
}
