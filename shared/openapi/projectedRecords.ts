import { z } from 'zod';
import { recordSchema } from '../records/EnrichmentRecord';

/** What every record has in the other formats; `docs/projections.md` has the fields of machines. */
const text = z.string();
const anything = z.looseObject({});
const subject = anything.optional().describe('The one machine that the record is about');

export const ecsRecord = z
  .looseObject({
    '@timestamp': z.iso.datetime(),
    ecs: z.looseObject({ version: text }),
    event: z.looseObject({
      id: text.describe('The id of the record'),
      kind: z.literal('enrichment'),
      category: z.array(text),
      type: z.array(text),
      outcome: z.enum(['success', 'failure']),
      reason: text.optional(),
    }),
    observer: z.looseObject({ vendor: text, product: text }),
    host: subject,
    related: z
      .looseObject({
        hosts: z.array(text).optional(),
        ip: z.array(text).optional(),
        hash: z.array(text).optional(),
      })
      .optional(),
    mde_enrichment: recordSchema.describe('The record itself'),
  })
  .describe('A record in the Elastic Common Schema');

export const ocsfRecord = z
  .looseObject({
    class_uid: z.union([z.literal(5001), z.literal(0)]),
    category_uid: z.int(),
    activity_id: z.int(),
    type_uid: z.int(),
    severity_id: z.int(),
    status_id: z.int(),
    status_code: text.optional().describe('The code of the reason'),
    status_detail: text.optional(),
    time: z.int().describe('Unix ms'),
    metadata: anything,
    device: subject,
    enrichments: z.array(anything).optional().describe('One for each machine'),
    observables: z.array(anything).optional(),
    unmapped: z.looseObject({ mde_enrichment: recordSchema.describe('The record itself') }),
  })
  .describe('A record in the Open Cybersecurity Schema Framework');

/** A record in any format. */
export const anyRecord = z.union([recordSchema, ecsRecord, ocsfRecord]);
