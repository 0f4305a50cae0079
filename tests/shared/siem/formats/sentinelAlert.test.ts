import { sentinelAlert } from '../../../../shared/siem/formats/sentinelAlert';
import type { Json } from '../../../../shared/json/Json';
import type { SiemEvent } from '../../../../shared/siem/SiemRequest';

const IP = [{ $id: '1', Address: '10.1.2.3', Type: 'ip' }];

function eventOf(alert: Readonly<Record<string, Json>>): SiemEvent {
  const body = { SystemAlertId: 'a1', AlertName: 'Beacon', Entities: IP, ...alert };
  const [event] = [sentinelAlert.read(body)].flat();
  if (!event) throw new Error('No event was read.');
  return event;
}

const linesOf = ({ indicators }: SiemEvent) =>
  indicators.map(({ kind, text }) => `${kind} ${text}`);

describe('sentinelAlert', () => {
  it.each([
    ['without a zone, as Log Analytics exports it', '2026-11-20 08:15:00', '2026-11-20 08:15:00Z'],
    ['with its zone', '2026-11-20T10:15:00+02:00', '2026-11-20T10:15:00+02:00'],
  ])('takes a time %s as certain', (_, written, read) => {
    const [indicator] = eventOf({ EndTimeUtc: written }).indicators;

    expect(indicator?.time).toMatchObject({
      text: read,
      at: Date.UTC(2026, 10, 20, 8, 15),
      zoneAssumed: false,
    });
  });

  it('follows references in a circle once', () => {
    const event = eventOf({
      Entities: [
        { $id: '1', Type: 'host', HostName: 'srv-01', Host: { $ref: '2' } },
        { $id: '2', Type: 'process', Host: { $ref: '1' }, ImageFile: { $ref: '2' } },
        { $ref: '1' },
      ],
    });

    expect(linesOf(event)).toEqual(['host srv-01']);
  });

  it.each([
    ['the product is not Defender for Endpoint', { ProductName: 'Azure Sentinel' }, []],
    [
      'its prefix is that of another product',
      {
        ProductName: 'Microsoft Defender XDR',
        ProviderAlertId: 'fa8edc9362-85f8-4603-9800-08d8525cf099',
      },
      [],
    ],
    [
      'Defender for Endpoint raised it',
      { ProductName: 'Microsoft Defender for Endpoint' },
      ['alert da637472900382838869_1364969609'],
    ],
  ])('asks for an alert id only where Defender knows it: %s', (_, alert, expected) => {
    const given = { ProviderAlertId: 'da637472900382838869_1364969609', Entities: [], ...alert };

    expect(linesOf(eventOf(given))).toEqual(expected);
  });

  it.each([
    [
      'a virtual machine',
      '/subscriptions/s/providers/Microsoft.Compute/virtualMachines/web-01',
      ['host web-01'],
    ],
    [
      'an Arc machine',
      '/subscriptions/s/providers/Microsoft.HybridCompute/machines/WEB-01',
      ['host web-01'],
    ],
    ['another machine', '/subscriptions/s/providers/Microsoft.Compute/virtualMachines/web-02', []],
    [
      'a storage account',
      '/subscriptions/s/providers/Microsoft.Storage/storageAccounts/web-01',
      [],
    ],
  ])(
    'takes the compromised entity for a machine if the resource is one: %s',
    (_, ResourceId, expected) => {
      const alert = {
        ProductName: 'Azure Security Center',
        CompromisedEntity: 'web-01',
        Entities: [],
      };

      expect(linesOf(eventOf({ ...alert, ResourceId }))).toEqual(expected);
    },
  );
});
