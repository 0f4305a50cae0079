import { WELL_KNOWN } from '../defender/wellKnown';
import { DAY_MS, HOUR_MS, MINUTE_MS, type At, type Sample } from './Sample';

const { machines, files, alerts, ips, dhcp } = WELL_KNOWN;
const { workstation } = machines;

/** What a message may carry besides one indicator. */
export function requestSamples(at: At): readonly Sample[] {
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
