import type { Json } from '../../../../shared/json/Json';
import { EventBuilder } from '../../../../shared/siem/formats/EventBuilder';
import { Place } from '../../../../shared/siem/formats/Place';
import type { SiemEvent } from '../../../../shared/siem/SiemRequest';

const ID = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
const OTHER_ID = '2e5bc9d7e413ddd7902c2932e418702b84d0cc07';
const ENTRA_ID = '2301f499-53bc-433b-a758-b4abc714ed3e';
const ALERT_ID = 'da637472900382838869_1364969609';
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const SHA256 = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';
const MD5 = '44d88612fea8a8f36de82e1278abb02f';

/** What a format collects from a body. */
function collect(body: Json, read: (event: EventBuilder, root: Place) => void): SiemEvent {
  const event = new EventBuilder({ source: 'test' });
  read(event, Place.of(body));
  return event.build();
}

const device = (body: Json) =>
  collect(body, (event, root) => {
    for (const each of root.list) {
      event.device({
        mdeDeviceId: each.at('id'),
        alertId: each.at('alert'),
        entraDeviceId: each.at('entra'),
        name: [each.at('name'), each.at('fqdn')],
        ips: each.at('ips'),
      });
    }
  });
const file = (body: Json) =>
  collect(body, (event, root) => {
    for (const each of root.list) {
      event.file({
        hashes: each.at('hashes'),
        name: each.at('name'),
        path: each.at('path'),
        isSuspicious: each.at('isSuspicious').value === true,
      });
    }
  });
/** Each lookup with its alternatives behind it. */
const lookedUp = ({ indicators }: SiemEvent) =>
  indicators.map(({ kind, text, alternatives }) =>
    [`${kind} ${text}`, ...alternatives.map((each) => `${each.kind} ${each.value}`)].join(' > '),
  );
const leftOut = (event: SiemEvent) =>
  event.leftOut.map(({ value, path, reason }) => `${reason.code} ${value} ${path}`);

describe('EventBuilder.device()', () => {
  it.each<{ title: string; body: Json; lookups: string[] }>([
    {
      title: 'Defender’s id, the alert, the full name, Entra’s id, the short name, the address',
      body: {
        ips: ['10.1.2.3'],
        name: 'desktop-17',
        entra: ENTRA_ID,
        fqdn: 'desktop-17.contoso.com',
        alert: ALERT_ID,
        id: ID,
      },
      lookups: [
        `machine ${ID} > alert ${ALERT_ID} > host desktop-17.contoso.com > machine ${ENTRA_ID} > host desktop-17 > ip 10.1.2.3`,
      ],
    },
    {
      title: 'the good alert id beside a broken device id',
      body: { id: 'f'.repeat(39), alert: ALERT_ID },
      lookups: [`alert ${ALERT_ID}`],
    },
    {
      title: 'the id once, however often the machine is named',
      body: [{ id: ID }, { id: ID.toUpperCase(), name: 'desktop-17' }, { name: 'DESKTOP-17' }],
      lookups: [`machine ${ID} > host desktop-17`],
    },
    {
      title: 'two machines of one name as two',
      body: [
        { id: ID, name: 'desktop-17' },
        { id: OTHER_ID, name: 'desktop-17' },
      ],
      lookups: [`machine ${ID} > host desktop-17`, `machine ${OTHER_ID} > host desktop-17`],
    },
    ...['localhost', 'LOCALHOST.localdomain', 'ip6-localhost'].map((name) => ({
      title: `not the name that every machine has for itself: ${name}`,
      body: [{ name }, { fqdn: name, ips: ['10.1.2.3'] }],
      lookups: ['ip 10.1.2.3'],
    })),
    {
      title: 'a broken value if there is no other',
      body: { id: 'f'.repeat(39) },
      lookups: [`machine ${'f'.repeat(39)}`],
    },
  ])('looks up $title', ({ body, lookups }) => {
    expect(lookedUp(device(body))).toEqual(lookups);
  });

  it.each<{ title: string; body: Json; entries: string[] }>([
    {
      title: 'another product’s id under Defender’s',
      body: { id: ENTRA_ID },
      entries: [`entry.notAsked ${ENTRA_ID} id`],
    },
    {
      title: 'Defender’s id under Entra’s',
      body: { entra: ID },
      entries: [`entry.notAsked ${ID} entra`],
    },
    {
      title: 'loopback and link-local addresses',
      body: { ips: ['127.0.0.1', 'fe80::1'] },
      entries: ['entry.notAsked 127.0.0.1 ips[0]', 'entry.notAsked fe80::1 ips[1]'],
    },
    { title: 'placeholders', body: { name: 'n/a' }, entries: ['entry.empty n/a name'] },
  ])('leaves out $title', ({ body, entries }) => {
    const event = device(body);

    expect(lookedUp(event)).toEqual([]);
    expect(leftOut(event)).toEqual(entries);
  });

  it('keeps ten alternatives at most', () => {
    const ips = Array.from({ length: 30 }, (_, i) => `10.1.2.${i}`);

    expect(device({ id: ID, ips }).indicators[0]?.alternatives).toHaveLength(10);
  });
});

describe('EventBuilder.file()', () => {
  it.each<{ title: string; hashes: Json }>([
    { title: 'keys', hashes: { md5: MD5, sha256: SHA256, sha1: SHA1 } },
    { title: 'text', hashes: `MD5=${MD5},SHA256=${SHA256},SHA1=${SHA1}` },
    {
      title: 'pairs',
      hashes: [
        { Algorithm: 'MD5', Value: MD5 },
        { Algorithm: 'SHA256', Value: SHA256 },
        { Algorithm: 'SHA1', Value: SHA1 },
      ],
    },
    { title: 'bare digests', hashes: [MD5, SHA256, SHA1] },
  ])('reads digests as $title: SHA-1, then SHA-256, then MD5', ({ hashes }) => {
    expect(lookedUp(file({ hashes }))).toEqual([`file ${SHA1} > file ${SHA256} > file ${MD5}`]);
  });

  it('never takes a digest for one of another algorithm', () => {
    expect(file({ hashes: { Algorithm: 'SHA256AC', Value: SHA256 } }).indicators).toMatchObject([
      { text: SHA256, hashAlgorithm: 'SHA256AC' },
    ]);
    expect(leftOut(file({ hashes: { imphash: MD5, sha1: SHA1 } }))).toEqual([
      `entry.notAsked ${MD5} hashes.imphash`,
    ]);
  });

  it.each<{ title: string; where: Record<string, Json>; isLookedUp: boolean }>([
    {
      title: 'cmd.exe of Windows',
      where: { path: 'C:\\Windows\\System32\\cmd.exe' },
      isLookedUp: false,
    },
    {
      title: 'the same in parts',
      where: { path: 'c:\\windows\\syswow64', name: 'CMD.EXE' },
      isLookedUp: false,
    },
    { title: 'Explorer', where: { path: 'C:\\Windows\\explorer.exe' }, isLookedUp: false },
    {
      title: 'a device path',
      where: { path: '\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe' },
      isLookedUp: false,
    },
    {
      title: 'svchost.exe elsewhere',
      where: { path: 'C:\\Users\\Public\\svchost.exe' },
      isLookedUp: true,
    },
    {
      title: 'another file of that folder',
      where: { path: 'C:\\Windows\\System32\\x.exe' },
      isLookedUp: true,
    },
    { title: 'a file without a folder', where: { name: 'cmd.exe' }, isLookedUp: true },
    {
      title: 'what the message calls suspicious',
      where: { path: 'C:\\Windows\\System32\\cmd.exe', isSuspicious: true },
      isLookedUp: true,
    },
  ])('looks up $title: $isLookedUp', ({ where, isLookedUp }) => {
    const event = file({ hashes: SHA1, ...where });

    expect(event.indicators).toHaveLength(isLookedUp ? 1 : 0);
    expect(leftOut(event)).toEqual(isLookedUp ? [] : [`entry.notAsked ${SHA1} hashes`]);
  });

  it('reads 20 files of an event and lists the others', () => {
    const hashes = Array.from({ length: 22 }, (_, i) => SHA1.slice(2) + String(i + 10));
    const event = file([...hashes, ...hashes].map((hash) => ({ hashes: hash })));

    expect(event.indicators).toHaveLength(20);
    expect(leftOut(event)).toEqual([
      `entry.overLimit ${hashes[20]} [20].hashes`,
      `entry.overLimit ${hashes[21]} [21].hashes`,
    ]);
  });

  it('keeps every file of a list of what to look for', () => {
    const event = new EventBuilder({ source: 'test', isList: true });
    for (let i = 0; i < 30; i++) event.file({ hashes: Place.of(String(i).padStart(40, 'a')) });

    expect(event.build()).toMatchObject({ indicators: { length: 30 }, leftOut: [] });
  });
});

describe('EventBuilder.build()', () => {
  it('gives each value its own time, else that of the event', () => {
    const root = Place.of({
      at: '2026-11-20T08:15:00Z',
      seen: '2026-11-20T08:12:30Z',
      a: '10.1.2.3',
      b: '10.1.2.4',
      c: '10.1.2.5',
    });
    const event = new EventBuilder({ source: 'test', observedAt: root.at('at') });
    event.ip(root.at('a'));
    event.ip(root.at('b'), root.at('seen'));
    event.ip(root.at('c'), root.at('missing'));

    expect(event.build().indicators.map(({ time }) => [time?.from, time?.path])).toEqual([
      ['event', 'at'],
      ['indicator', 'seen'],
      ['event', 'at'],
    ]);
  });

  it('hands back the first value of a key, and cuts what is too much', () => {
    const many = Array.from({ length: 25 }, (_, i) => `k${i}`);
    const { context, contextCut } = collect(
      { a: 'first', b: 'second', n: 7, o: {} },
      (event, root) => {
        event.context('key', root.at('a'));
        event.context('key', root.at('b'));
        event.context('number', root.at('n'));
        event.context('object', root.at('o'));
      },
    );

    expect([context, contextCut]).toEqual([{ key: 'first', number: '7' }, false]);
    const cut = collect({ a: 1 }, (event, root) => {
      for (const key of many) event.context(key, root.at('a'));
    });
    expect([Object.keys(cut.context).length, cut.contextCut]).toEqual([20, true]);
  });

  it('ignores an event id that is too long to be told from another', () => {
    const root = Place.of({ id: 'x'.repeat(1025) });

    expect(new EventBuilder({ source: 'test', eventId: root.at('id') }).build()).toMatchObject({
      eventId: null,
      ignored: [{ path: 'id', code: 'field.malformed' }],
    });
  });
});
