import { z } from 'zod';
import type { AppContext } from '../../../shared/app/createAppContext';
import { statusAnswer } from '../../../shared/openapi/answers';
import { defineTool, type Tool } from '../Tool';

const data = statusAnswer.pick({
  asOf: true,
  quotaScope: true,
  endpoints: true,
  unreadable: true,
});

type Left = Record<'minute' | 'hour', { readonly left: number }>;

export const createQuotaStatus = ({ status }: Pick<AppContext, 'status'>): Tool =>
  defineTool({
    name: 'quota_status',
    title: 'See how much quota is left',
    description:
      'How many calls of each API of Defender are left in this minute and hour, when the next one is free, and why an API is closed if it is. Everyone who uses this app shares these; agents says what of them agents may take while they wait. Call it when an answer was outOfQuota or runs for long, or before many calls; it costs nothing.',
    isOpenWorld: false,
    args: z.strictObject({}),
    data,
    call: async () => {
      const { asOf, quotaScope, endpoints, unreadable } = await status.read();
      const read = data.parse({ asOf, quotaScope, endpoints, unreadable });
      const lines = Object.entries(read.endpoints).map(([name, endpoint]) =>
        endpoint
          ? `${name}: ${leftOf(endpoint)}${endpoint.agents ? `; for agents ${leftOf(endpoint.agents)}` : ''}.`
          : `${name}: not known.`,
      );
      return { data: read, text: lines.join('\n') };
    },
  });

const leftOf = ({ minute, hour }: Left): string =>
  `${minute.left} calls left this minute, ${hour.left} this hour`;
