import type { TableServiceClientOptions } from '@azure/data-tables';

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];

/** Where the service answers that there is no such table, makes it and repeats the request, which did nothing yet. */
export function tableOnDemand(createTable: () => Promise<void>): Policy {
  return {
    name: 'tableOnDemand',
    sendRequest: async (request, next) => {
      const response = await next(request);
      if (response.status !== 404 || !response.bodyAsText?.includes('TableNotFound'))
        return response;
      await createTable();
      return next(request);
    },
  };
}
