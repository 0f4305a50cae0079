import type { QueryOf } from '../defender/endpoints';
import type { ODataFilter } from '../defender/odata';

/** An IP or name shared by more machines than this identifies none of them. */
const LIST_TOP = 1000;

/** The machines that a filter lets through. */
export const machineList = (filter: ODataFilter): QueryOf<'machines'> => ({
  endpoint: 'machines',
  filter,
  top: LIST_TOP,
  skip: 0,
  count: 'ifTaken',
});

export const named = (name: string): ODataFilter => ({
  op: 'eq',
  property: 'computerDnsName',
  value: name,
});
