import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import { WELL_KNOWN } from '../defender/wellKnown';
import type { At, Sample } from './Sample';

const { machines, files, alerts, ips, dhcp } = WELL_KNOWN;
const { workstation } = machines;

/** What a message may carry besides one indicator. */
export function requestSamples(at: At): readonly Sample[] {
  return [
    ...repeatedIncidents(at),
    ...listsOfIndicators(),
    ...oddMessages(),
    ...indicatorsInTime(at),
    ...requestFields(at),
  ];
}

/** One event, sent several times. */
function repeatedIncidents(at: At): readonly Sample[] {
  const incident = JSON.stringify({
    id: 'incident-4711',
    source: 'my-siem',
    priority: 'high',
    indicators: [
      { ip: workstation.ip, observedAt: at(-HOUR_MS), ref: 'row-17' },
      { hash: files.eicar.sha1 },
      { alertId: alerts.onWorkstation },
      { machineId: workstation.id },
      { host: workstation.computerDnsName },
    ],
    context: { ticket: 'INC-9', escalated: true },
  });
  return [
    {
      name: 'incident',
      title: 'an incident: five indicators, five records',
      body: incident,
      expected: ['found', 'found', 'found', 'found', 'found'],
    },
    {
      name: 'incident-again',
      title: 'the same once more: answered once',
      body: incident,
      expected: [],
      repeats: 'incident',
    },
    {
      name: 'incident-reordered',
      title: 'the same event, its keys in another order',
      body: JSON.stringify(Object.fromEntries(Object.entries(parse(incident)).reverse())),
      expected: [],
      repeats: 'incident',
    },
    {
      name: 'incident-revision',
      title: 'the same event, marked as revised: answered anew',
      body: JSON.stringify({ ...parse(incident), revision: '2' }),
      expected: ['found', 'found', 'found', 'found', 'found'],
    },
  ];
}

/** Several indicators, as lists and lines. */
function listsOfIndicators(): readonly Sample[] {
  return [
    {
      name: 'list',
      title: 'a JSON list',
      body: JSON.stringify([machines.server.ip, files.eicar.sha256, { host: 'laptop-22' }]),
      expected: ['found', 'found', 'found'],
    },
    {
      name: 'lines',
      title: 'one indicator a line',
      body: `${ips.unknownInternal}\r\n${alerts.onServer}\r\n\r\n${machines.longName.computerDnsName}\r\n`,
      expected: ['notSeen', 'found', 'found'],
    },
    {
      name: 'decorated-lines',
      title: 'with port, brackets, domain or defanged: read',
      body: [
        `${machines.server.ip}:443`,
        `[${workstation.ipv6}]`,
        workstation.ip.replaceAll('.', '[.]'),
        'CONTOSO\\DESKTOP-17',
        `SHA1=${files.eicar.sha1}`,
      ].join('\n'),
      expected: ['found', 'found', 'found', 'found', 'found'],
    },
  ];
}

/** Fields as other products write them, and values in fields that should be empty. */
function oddMessages(): readonly Sample[] {
  return [
    {
      name: 'spellings',
      title: 'keys and types as other products write them',
      body: JSON.stringify({
        indicators: [
          { sha256: files.eicar.sha256 },
          { hostname: workstation.computerDnsName },
          { deviceId: workstation.id },
          { type: 'ipv4-addr', value: machines.server.ip },
        ],
      }),
      expected: ['found', 'found', 'found', 'found'],
    },
    {
      name: 'refs',
      title: 'one machine in two rows: each row has its record',
      body: JSON.stringify({
        indicators: [
          { machineId: workstation.id, ref: 'row-1' },
          { machineId: workstation.id, ref: 'row-2' },
        ],
      }),
      expected: ['found', 'found'],
    },
    {
      name: 'odd-fields',
      title: 'null, n/a, a numeric id, no such priority: read',
      body: JSON.stringify({
        id: 4711,
        priority: 'Informational',
        notAfter: null,
        indicators: [
          { machineId: workstation.id, host: null, ref: 17, observedAt: 'yesterday' },
          null,
          'n/a',
          { host: 'unknown' },
        ],
      }),
      expected: ['found'],
    },
  ];
}

/** One indicator more than once, and the times it was seen. */
function indicatorsInTime(at: At): readonly Sample[] {
  return [
    {
      name: 'repeated-indicator',
      title: 'one IP three times in a message: one lookup',
      body: JSON.stringify({
        indicators: [
          { ip: workstation.ip, observedAt: at(-3 * HOUR_MS) },
          { ip: `::ffff:${workstation.ip}`, observedAt: at(-3 * HOUR_MS) },
          { ip: workstation.ip, observedAt: at(-3 * HOUR_MS) },
        ],
      }),
      expected: ['found'],
    },
    {
      name: 'one-ip-two-times',
      title: 'one IP at two times: two lookups, two machines',
      body: JSON.stringify({
        indicators: [
          { ip: dhcp.ip, observedAt: at(dhcp.former.atOffsetMs) },
          { ip: dhcp.ip, observedAt: at(dhcp.present.atOffsetMs) },
        ],
      }),
      expected: ['found', 'found'],
    },
    {
      name: 'event-time',
      title: 'one time for all indicators, low priority',
      body: JSON.stringify({
        source: 'nightly-hunt',
        priority: 'low',
        observedAt: at(-4 * HOUR_MS),
        indicators: [{ ip: workstation.ip }, { ip: machines.server.ip }],
      }),
      expected: ['found', 'found'],
    },
  ];
}

/** What a message may carry besides its indicators. */
function requestFields(at: At): readonly Sample[] {
  return [
    {
      name: 'some-invalid',
      title: 'one good indicator among bad ones',
      body: JSON.stringify({
        indicators: [{ ip: '169.254.7.7' }, { hash: 'not-a-hash' }, { ip: machines.server.ip }],
      }),
      expected: ['invalid', 'invalid', 'found'],
    },
    {
      name: 'context-cut',
      title: 'context that is too long: cut, never refused',
      body: JSON.stringify({
        machineId: workstation.id,
        context: { rawEvent: 'x'.repeat(5000), nested: { is: 'left out' } },
      }),
      expected: ['found'],
    },
    {
      name: 'fresh-answer',
      title: 'maxAgeMs 0: no answer older than the message',
      body: JSON.stringify({ maxAgeMs: 0, machineId: machines.server.id }),
      expected: ['found'],
    },
    {
      name: 'not-after',
      title: 'of use until 10 minutes from now',
      body: JSON.stringify({ notAfter: at(10 * MINUTE_MS), host: machines.server.computerDnsName }),
      expected: ['found'],
    },
    {
      name: 'too-late',
      title: 'of use until yesterday: expires unasked, for replay',
      body: JSON.stringify({ notAfter: at(-DAY_MS), machineId: machines.bareName.id }),
      expected: ['expired'],
    },
  ];
}

function parse(json: string): object {
  return JSON.parse(json) as object; // written above
}
