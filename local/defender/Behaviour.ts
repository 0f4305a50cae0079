import { z } from 'zod';

/** Where the live service's behaviour is unknown or has changed: one switch each. */
export const Behaviour = z.strictObject({
  tenant: z.enum(['active', 'accountInactive', 'noTvmLicense']),
  /** `future` adds unknown keys and enum values. */
  shape: z.enum(['live', 'future']),
  /** Wording of the 403 for missing roles: since 2023, or before. */
  missingRolesText: z.enum(['current', 'older']),
  /** IPv6 addresses in findbyip. */
  findByIpv6: z.enum(['answer', 'reject']),
  /** findbyip with a time to come. */
  futureTimestamp: z.enum(['reject', 'answer']),
  /** findbyip with `+hh:mm` instead of `Z`. */
  timestampOffset: z.enum(['answer', 'reject']),
  /** `$expand=evidence` on an address's alerts. */
  ipAlertsExpand: z.enum(['ignore', 'answer']),
  /** An alert id of no known format. */
  malformedAlertId: z.enum(['notFound', 'reject']),
  /** SHA-256 or MD5 where only SHA-1 is documented. */
  fileMachinesByOtherHash: z.enum(['reject', 'empty']),
  /** files/{id} by MD5: in the page's metadata, but not in its text. */
  fileByMd5: z.enum(['reject', 'answer']),
  /** `$top` above 10,000. */
  topTooLarge: z.enum(['reject', 'cap']),
  /** A list of machines without any, from its start. */
  noMachines: z.enum(['empty', 'notFound']),
  /** `unstable`: every call for a list of machines sees another order. */
  listOrder: z.enum(['stable', 'unstable']),
  /** `broken`: on every page, malformed and without end (reports of 2022). */
  nextLink: z.enum(['live', 'broken']),
  /** Most rows of any list of machines, whatever `$top` asks for (reports of 100 and 500). */
  pageCap: z.int().min(1).max(10_000),
  /** `$count=true`: `@odata.count`, nothing, the rows of the page, a row too many or too few, or 400. */
  count: z.enum(['answer', 'ignore', 'ofPage', 'tooMany', 'tooFew', 'reject']),
  /** A page of machines after the end of the list. */
  behindEnd: z.enum(['empty', 'notFound']),
  /** Ids in lists: as they are, or with letter case changing from call to call. */
  idCase: z.enum(['stable', 'flips']),
  /** Machines that lists show without their id, or with `lastSeen` and `riskScore` as numbers; by id. */
  rowsWithoutId: z.array(z.string()),
  rowsMistyped: z.array(z.string()),
  /** Machines whose status fields are of other types than documented, wherever they are shown; by id. */
  statusMistyped: z.array(z.string()),
  /** Machines in whose place another is shown, wherever that is; ids by id. */
  mistaken: z.record(z.string(), z.string()),
  /** Longest path with query; what is longer is answered 414, without a body (near 2,000 was reported, the limit is unknown). */
  longestUrl: z.int().positive(),
  /** Most nodes of a `$filter` (ASP.NET OData's default is 100). */
  mostNodes: z.int().positive(),
  /** `in` in `$filter`. */
  inOperator: z.enum(['answer', 'reject']),
  /** Comparison of strings in `$filter`; `loose`: neither letter case nor accents nor spaces at the end count, as in SQL. */
  stringCase: z.enum(['insensitive', 'sensitive', 'loose']),
  /** Machines and alerts that no list shows, although they are known by id; by id. */
  unlisted: z.array(z.string()),
  /** Every row of a list of machines or alerts: once, or a second time behind the last. */
  listRows: z.enum(['once', 'twice']),
  /** Machines that every list shows whose filter has an `in`, whatever is asked for; by id. */
  uninvited: z.array(z.string()),
});
export type Behaviour = Readonly<z.output<typeof Behaviour>>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  tenant: 'active',
  shape: 'live',
  missingRolesText: 'current',
  findByIpv6: 'answer',
  futureTimestamp: 'reject',
  timestampOffset: 'answer',
  ipAlertsExpand: 'ignore',
  malformedAlertId: 'notFound',
  fileMachinesByOtherHash: 'reject',
  fileByMd5: 'reject',
  topTooLarge: 'reject',
  noMachines: 'empty',
  listOrder: 'stable',
  nextLink: 'live',
  pageCap: 10_000,
  count: 'answer',
  behindEnd: 'empty',
  idCase: 'stable',
  rowsWithoutId: [],
  rowsMistyped: [],
  statusMistyped: [],
  mistaken: {},
  longestUrl: 8_192,
  mostNodes: 100,
  inOperator: 'answer',
  stringCase: 'insensitive',
  unlisted: [],
  listRows: 'once',
  uninvited: [],
};
