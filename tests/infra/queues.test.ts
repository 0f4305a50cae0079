import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { textOf } from '../../cli/infra/bicep/Value';
import type { Plan } from '../../cli/infra/planInfra';
import { given } from './support/deploymentProblems';
import { planOf, ROOT, type Edit } from './support/planOf';

interface Queue {
  readonly name: string;
  readonly window: string;
  readonly lock: string;
  readonly timeToLive: string;
  readonly maxDelivery: number;
  readonly deadLetter: boolean;
}

const emulatorConfig = z.object({
  UserConfig: z.object({
    Namespaces: z.array(
      z.object({
        Queues: z.array(
          z.object({
            Name: z.string(),
            Properties: z.object({
              LockDuration: z.string(),
              MaxDeliveryCount: z.number(),
              DefaultMessageTimeToLive: z.string(),
              DeadLetteringOnMessageExpiration: z.boolean(),
              RequiresDuplicateDetection: z.boolean(),
              DuplicateDetectionHistoryTimeWindow: z.string(),
              RequiresSession: z.literal(false),
            }),
          }),
        ),
      }),
    ),
  }),
});

function documentedQueues(): Queue[] {
  return readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| `[a-z-]+` +\|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, name = '', window = '', lock = '', maxDelivery, timeToLive = '', deadLetter]) => ({
      name,
      window,
      lock,
      timeToLive,
      maxDelivery: Number(maxDelivery),
      deadLetter: deadLetter === 'yes',
    }));
}

function emulatedQueues(): Queue[] {
  const config = readFileSync(join(ROOT, 'local/servicebus/config.json'), 'utf8');
  const { Namespaces } = emulatorConfig.parse(JSON.parse(config)).UserConfig;
  return Namespaces.flatMap(({ Queues }) => Queues).map(({ Name, Properties }) => ({
    name: Name,
    window: Properties.RequiresDuplicateDetection
      ? Properties.DuplicateDetectionHistoryTimeWindow
      : 'no',
    lock: Properties.LockDuration,
    timeToLive: Properties.DefaultMessageTimeToLive,
    maxDelivery: Properties.MaxDeliveryCount,
    deadLetter: Properties.DeadLetteringOnMessageExpiration,
  }));
}

function deployedQueues({ resources }: Plan): Queue[] {
  return resources
    .filter(({ type }) => type.endsWith('namespaces/queues'))
    .map((queue) => {
      const property = (name: string) => given(queue, `properties.${name}`) ?? null;
      return {
        name: queue.name,
        window: property('requiresDuplicateDetection')
          ? textOf(property('duplicateDetectionHistoryTimeWindow'))
          : 'no',
        lock: textOf(property('lockDuration')),
        timeToLive: textOf(property('defaultMessageTimeToLive')),
        maxDelivery: Number(property('maxDeliveryCount')),
        deadLetter: property('deadLetteringOnMessageExpiration') === true,
      };
    });
}

const byName = (a: Queue, b: Queue) => a.name.localeCompare(b.name);

describe('the queues', () => {
  it('have in docs/deploy.md the properties that they have in the local run', () => {
    expect(documentedQueues()).toEqual(emulatedQueues());
  });

  it('are deployed with the same properties', async () => {
    const deployed = deployedQueues(await planOf());

    expect(deployed.toSorted(byName)).toEqual(emulatedQueues().toSorted(byName));
  });

  it.each<[string, Edit]>([
    ['lock', { file: 'modules/serviceBus.bicep', from: 'PT5M', to: 'PT1M' }],
    ['window', { file: 'modules/serviceBus.bicep', from: 'P2D', to: 'PT10M' }],
    ['name', { file: 'main.bicep', from: "'quarantine'\n}", to: "'parked'\n}" }],
    [
      'number of deliveries',
      {
        file: 'modules/serviceBus.bicep',
        from: 'maxDeliveryCount: 2000',
        to: 'maxDeliveryCount: 20',
      },
    ],
  ])('a queue with another %s is caught', async (_title, edit) => {
    const deployed = deployedQueues(await planOf({}, [edit]));

    expect(deployed.toSorted(byName)).not.toEqual(emulatedQueues().toSorted(byName));
  });

  it('are without sessions, and the output has room for 5 GB', async () => {
    const queues = (await planOf()).resources.filter(
      ({ type }) => type === 'Microsoft.ServiceBus/namespaces/queues',
    );
    const output = queues.find(({ name }) => name === 'enriched-machines');

    expect(queues.map((queue) => given(queue, 'properties.requiresSession'))).toEqual(
      queues.map(() => false),
    );
    expect(output && given(output, 'properties.maxSizeInMegabytes')).toBe(5120);
  });
});
