import type { AppContext } from '../../shared/app/createAppContext';
import type { AppConfig } from '../../shared/config/AppConfig';
import type { OutputFormat } from '../../shared/projections/OutputFormat';
import { PROJECTIONS } from '../../shared/projections/projections';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
import { answerRecord } from '../../shared/requests/AnswerRecords';
import type { RouteAnswer } from './Route';

export type RecordAnswerDeps = Pick<AppContext, 'fit'> & {
  readonly config: Pick<AppConfig, 'output'>;
};

/** A record in the format that the caller asks for, as far as an answer can hold it. @throws {StorageUnavailableError} */
export async function recordAnswer(
  record: EnrichmentRecord,
  format: OutputFormat | undefined,
  { fit, config }: RecordAnswerDeps,
): Promise<RouteAnswer> {
  const project = PROJECTIONS[format ?? config.output.format];
  return { status: 200, body: await answerRecord(record, { ...fit, project }) };
}
