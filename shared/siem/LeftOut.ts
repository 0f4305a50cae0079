import type { Reason } from '../errors/Reason';
import type { Json } from '../json/Json';
import type { LeftOut } from '../records/requestFields';
import { toText } from './fields';

/** Why an entry is not looked up, and gets no record either. */
const REASONS = {
  'entry.empty': 'Says nothing: empty, a placeholder such as n/a, or a number that is not a hash.',
  'entry.notAsked': 'In a field that the rule for this format does not look up.',
  'entry.overLimit': 'Is one more than the limit: 500 indicators a message, 20 files an event.',
  'entry.ownHost': "Names the SIEM's own host or sensor, not a machine that the event is about.",
  'entry.policyArtefact': 'Belongs to a policy or a certificate, not to the event.',
  'tenant.other': 'Is about a tenant that this app does not serve.',
} as const;
export type LeftOutCode = keyof typeof REASONS;

const MAX_SHOWN_CHARACTERS = 128;

export function toLeftOut(value: Json, path: string, code: LeftOutCode): LeftOut {
  const shown = toText(value).slice(0, MAX_SHOWN_CHARACTERS);
  return { value: shown, path, reason: leftOutReason(code) };
}

export function leftOutReason(code: LeftOutCode): Reason {
  return { code, message: REASONS[code] };
}
