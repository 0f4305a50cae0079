import { types } from 'rhea';
import type { Reply } from './requestLink';

/** `$cbs`: every token is good here. The service's status is an int, and .NET insists on it. */
export function handleCbsRequest(): Reply {
  return {
    application_properties: {
      'status-code': types.wrap_int(202),
      'status-description': 'Accepted',
    },
  };
}
