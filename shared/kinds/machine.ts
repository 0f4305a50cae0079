import { MachineId } from '../indicators/MachineId';
import { unwrap } from '../indicators/undecorate';
import type { Kind } from './Kind';
import { machineList } from './machineList';

export const machine = {
  noun: 'device id',
  key: { name: 'machineId', description: 'Device id' },
  names: [
    'machine',
    'machineid',
    'device',
    'deviceid',
    'mdatpdeviceid',
    'mdedeviceid',
    'mdemachineid',
    'aaddeviceid',
    'azureaddeviceid',
    'entradeviceid',
  ],
  parse: (text) => MachineId.parse(unwrap(text)),
  isMeant: (text) => MachineId.isMeant(text),
  // 40 hexadecimal digits are a SHA-1, and a bare GUID is Sentinel's alert id.
  isDetected: false,
  mayBeNumber: false,
  isRechecked: true,
  meansOneMachine: true,
  routes: [
    {
      name: 'machine',
      path: 'machines/{idOrName}',
      summary: 'Find a machine by id or name',
      description: 'The machine of a device id, or of a host name.',
      parameter: {
        name: 'idOrName',
        description: 'Device id (of Defender or Entra), or host name',
        example: '5c1f0e9ab2d34785961e0a7bd4c2f38810aa4e01',
      },
      otherwise: 'host',
      asks: 'all',
      takesTime: false,
    },
  ],
  steps: [
    {
      step: 'machine',
      endpoint: 'machine',
      query: ({ indicator }) =>
        indicator.issuer === 'defender' ? { endpoint: 'machine', id: indicator } : null,
      match: {
        by: 'machineId',
        bears: ({ id }, { indicator }) => id.toLowerCase() === indicator.value,
        strong: 'each',
      },
    },
    {
      step: 'entraDevice',
      endpoint: 'machines',
      query: ({ indicator }) =>
        indicator.issuer === 'entra'
          ? machineList({ op: 'eq', property: 'aadDeviceId', value: indicator.value })
          : null,
      match: { by: 'aadDeviceId', strong: 'none' },
    },
  ],
} as const satisfies Kind<'machine'>;
