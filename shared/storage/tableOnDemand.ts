import type { TableServiceClientOptions } from '@azure/data-tables';

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];

/** A transaction is answered with 202, its failure within. */
const FAILURES: readonly number[] = [404, 202];

/**
 * If the table does not exist, creates it and repeats the request, which had no effect yet. With `isForReads`, reads do
 * so too.
 */
export function tableOnDemand(
  createTable: () => Promise<void>,
  { isForReads }: { readonly isForReads: boolean },
): Policy {
  return {
    name: 'tableOnDemand',
    sendRequest: async (request, next) => {
      const response = await next(request);
      if (request.method === 'GET' && !isForReads) return response;
      const isFailure = FAILURES.includes(response.status);
      if (!isFailure || !response.bodyAsText?.includes('TableNotFound')) return response;
      await createTable();
      return next(request);
    },
  };
}
