import { isList } from '../fields';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

/** Where products put what a query found; `beside`: keys of which such an answer has one. */
const ANSWERS = [
  { source: 'microsoft-defender', holder: '', list: 'value', beside: ['@odata.context'] },
  { source: 'microsoft-defender', holder: '', list: 'Results', beside: ['Schema', 'Stats'] },
  { source: 'microsoft-defender', holder: '', list: 'results', beside: ['schema'] },
  { source: 'elastic', holder: 'hits', list: 'hits', beside: ['took', '_shards', 'timed_out'] },
  { source: 'splunk', holder: '', list: 'results', beside: ['preview', 'init_offset'] },
  ...['Hosts', 'IPs', 'FileHashes', 'Filehashes'].map((list) => {
    return { source: 'microsoft-sentinel', holder: '', list, beside: [] };
  }),
] as const;

/** The answer to a query that found nothing, as a playbook that asks on a schedule mostly hands it on. */
export const noResults: Format = {
  name: 'noResults',
  matches: (body) => sourceOf(Place.of(body)) !== null,
  read: (body) => new EventBuilder({ source: sourceOf(Place.of(body)) ?? 'siem' }).build(),
};

function sourceOf(body: Place): string | null {
  const answer = ANSWERS.find(({ holder, list, beside }) => {
    const { fields } = holder === '' ? body : body.at(holder);
    const isEmpty = fields.some(({ key, value }) => key === list && isEmptyList(value));
    const isAnswer =
      beside.length === 0
        ? fields.length === 1
        : body.fields.some(({ key }) => beside.some((each) => each === key));
    return isEmpty && isAnswer;
  });
  return answer?.source ?? null;
}

const isEmptyList = (value: Place['value']): boolean => isList(value) && value.length === 0;
