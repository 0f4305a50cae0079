import { AlertId } from '../indicators/AlertId';
import { isMeant } from '../indicators/IndicatorProblem';
import { unwrap } from '../indicators/undecorate';
import type { Kind } from './Kind';

const parse = (text: string) => AlertId.parse(unwrap(text));

export const alert = {
  noun: 'alert id',
  key: { name: 'alertId', description: 'Alert id of Defender' },
  names: [
    'alert',
    'alertid',
    'provideralertid',
    'vendororiginalid',
    'systemalertid',
    'mdealertid',
    'defenderalertid',
  ],
  parse,
  isMeant: (text) => isMeant(parse(text)),
  isDetected: true,
  mayBeNumber: true,
  isRechecked: true,
  meansOneMachine: true,
  routes: [
    {
      name: 'alertMachine',
      path: 'alerts/{alertId}/machine',
      summary: 'Find the machine of an alert',
      description: 'The machine that an alert is about.',
      parameter: {
        name: 'alertId',
        description: 'Alert id of Defender for Endpoint',
        example: 'da637472900382838869_1364969609',
      },
      asks: 'all',
      takesTime: false,
    },
  ],
  steps: [
    {
      step: 'alert',
      endpoint: 'alertMachine',
      query: ({ indicator }) => ({ endpoint: 'alertMachine', alertId: indicator.spellings()[0] }),
      match: {
        by: 'alert',
        via: ({ indicator }) => indicator.spellings()[0].value,
        strong: 'each',
      },
    },
    {
      step: 'alertOtherSpelling',
      endpoint: 'alertMachine',
      query: ({ indicator }, { previous }) => {
        const [, other] = indicator.spellings();
        return other && previous?.status === 404
          ? { endpoint: 'alertMachine', alertId: other }
          : null;
      },
      match: {
        by: 'alert',
        via: ({ indicator }) => (indicator.spellings()[1] ?? indicator).value,
        strong: 'each',
      },
    },
  ],
} as const satisfies Kind<'alert'>;
