import { types } from 'rhea';
import type { AmqpFault } from './amqpErrors';
import { parseEntityAddress } from './entityAddress';
import type { NamespaceQueues } from './NamespaceQueues';
import type { Reply, Request } from './requestLink';

/** `$cbs`: every token is good here, but only for what exists. The service's status is an int, and .NET insists on it. */
export function handleCbsRequest(
  queues: Pick<NamespaceQueues, 'find' | 'notFound'>,
  { name = '' }: Pick<Request, 'name'>,
): Reply {
  const address = parseEntityAddress(name);
  const isEntity = (address.kind === 'queue' || address.kind === 'management') && address.queue;
  if (isEntity && !queues.find(address)) return answer(404, queues.notFound(name));
  return answer(202, { condition: null, description: 'Accepted' });
}

function answer(code: number, { condition, description }: AmqpFault | Accepted): Reply {
  return {
    application_properties: {
      'status-code': types.wrap_int(code),
      'status-description': description,
      ...(condition !== null && { 'error-condition': types.wrap_symbol(condition) }),
    },
  };
}

interface Accepted {
  readonly condition: null;
  readonly description: string;
}
