import { EventBuilder } from '../../../../shared/siem/formats/EventBuilder';
import { Place } from '../../../../shared/siem/formats/Place';

const ID = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
const OTHER_ID = '9c2f7a8e0b1d4c3f5e6a7b8c9d0e1f2a3b4c5d6e';
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const OTHER_SHA256 = '131f95c51cc819465fa1797f6ccacf9d494aaaff46fa3eac73ae63ffbdfd8267';
const SHA256 = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';

const at = (value: string | number): Place => Place.of(value);

/** Each lookup that the evidence makes, with its alternatives. */
function lookupsOf(tell: (event: EventBuilder) => void): string[][] {
  const event = new EventBuilder({ source: 'test', observedAt: at('2026-11-20T08:15:00Z') });
  tell(event);
  return event
    .build()
    .indicators.map(({ text, alternatives }) => [text, ...alternatives.map(({ value }) => value)]);
}

describe('mergeTied()', () => {
  it.each<{ title: string; tell: (event: EventBuilder) => void; lookups: string[][] }>([
    {
      title: 'counts a value of one machine once, in any spelling',
      tell: (event) => {
        event.device({ name: [at('DESKTOP-17'), at('desktop-17')], ips: at('10.1.2.3') });
      },
      lookups: [['DESKTOP-17', '10.1.2.3']],
    },
    {
      title: 'takes evidence with a name in common for one machine',
      tell: (event) => {
        event.device({ name: [at('desktop-17.contoso.com'), at('desktop-17')] });
        event.device({ name: at('desktop-17'), ips: at('10.1.2.3') });
      },
      lookups: [['desktop-17.contoso.com', 'desktop-17', '10.1.2.3']],
    },
    {
      title: 'takes a name for the machine whose device id stands elsewhere beside it',
      tell: (event) => {
        event.device({ name: at('desktop-17'), ips: at('10.1.2.3') });
        event.device({ mdeDeviceId: at(ID), name: at('desktop-17') });
      },
      lookups: [[ID, 'desktop-17', '10.1.2.3']],
    },
    {
      title: 'does not tie machines of different ids by a name that both bear',
      tell: (event) => {
        event.device({ mdeDeviceId: at(ID), name: at('desktop-17') });
        event.device({ mdeDeviceId: at(OTHER_ID), name: at('desktop-17') });
      },
      lookups: [
        [ID, 'desktop-17'],
        [OTHER_ID, 'desktop-17'],
      ],
    },
    {
      title: 'asks for a file by its SHA-1, also where that is named last',
      tell: (event) => {
        event.file({ hashes: at(SHA256) });
        event.file({ hashes: [at(SHA1), at(SHA256)] });
      },
      lookups: [[SHA1, SHA256]],
    },
    {
      title: 'takes files with a digest in common for one file',
      tell: (event) => {
        event.file({ hashes: [at(SHA1), at(SHA256)] });
        event.file({ hashes: at(SHA256.toUpperCase()) });
      },
      lookups: [[SHA1, SHA256]],
    },
    {
      title: 'takes different digests of one algorithm for as many files',
      tell: (event) => {
        event.file({ hashes: [at(SHA1), at(SHA256), at(OTHER_SHA256)] });
      },
      lookups: [[SHA1], [SHA256], [OTHER_SHA256]],
    },
    {
      title: 'does not ask for an address that a machine of the event bears at that time',
      tell: (event) => {
        event.ip(at('10.1.2.3'));
        event.device({ name: at('desktop-17'), ips: at('10.1.2.3') });
      },
      lookups: [['desktop-17', '10.1.2.3']],
    },
    {
      title: 'asks for that address at another time, when another machine may have had it',
      tell: (event) => {
        event.ip(at('10.1.2.3'), at('2026-11-20T09:45:00Z'));
        event.device({ name: at('desktop-17'), ips: at('10.1.2.3') });
      },
      lookups: [['10.1.2.3'], ['desktop-17', '10.1.2.3']],
    },
  ])('$title', ({ tell, lookups }) => {
    expect(lookupsOf(tell)).toEqual(lookups);
  });
});
