import type { Machine } from '../entities/Machine';
import { type Answer, errorAnswer } from '../http/Answer';
import { compileFilter } from '../odata/compileFilter';
import { ODataError } from '../odata/ODataError';
import { parseFilter } from '../odata/parseFilter';
import type { ApiCall } from './ApiCall';
import { machinesAnswer } from './answerLookup';

const MAX_PAGE = 10_000;
const SUPPORTED = new Set(['$filter', '$top', '$skip']);

/** The list of machines: `$filter`, then `$skip`, then `$top`, or pages of 10,000 with a nextLink if no `$top` is given. */
export function answerMachineList(call: ApiCall): Answer {
  try {
    return listMachines(call);
  } catch (error) {
    if (error instanceof ODataError) return errorAnswer(400, 'ODataError', error.message);
    throw error;
  }
}

function listMachines(call: ApiCall): Answer {
  const { query, behaviour } = call;
  const refused = [...query.keys()].find((name) => name.startsWith('$') && !SUPPORTED.has(name));
  if (refused !== undefined) {
    throw new ODataError(`Query option '${refused}' is not allowed.`);
  }
  const skip = readCount(query, '$skip') ?? 0;
  const top = readTop(call);
  const matching = filterMachines(call);
  if (matching.length === 0 && skip === 0 && behaviour.noMachines === 'notFound') {
    return errorAnswer(404, 'ResourceNotFound', 'No recent machines were found');
  }
  const end = skip + (top ?? MAX_PAGE);
  const page = inOrder(matching, call).slice(skip, end);
  if (behaviour.nextLink === 'broken') return machinesAnswer(page, call, brokenLink(call));
  const more = top === undefined && end < matching.length;
  return machinesAnswer(page, call, more ? nextLink(call, end) : undefined);
}

function filterMachines({ query, fleet, behaviour }: ApiCall): readonly Machine[] {
  const filter = query.get('$filter');
  if (filter === null) return fleet.machines;
  return fleet.machines.filter(compileFilter(parseFilter(filter), behaviour.stringCase));
}

function inOrder(machines: readonly Machine[], { behaviour, random }: ApiCall): readonly Machine[] {
  return behaviour.listOrder === 'unstable' ? random.shuffle(machines) : machines;
}

function readTop({ query, behaviour }: ApiCall): number | undefined {
  const top = readCount(query, '$top');
  if (top === undefined || (top >= 1 && top <= MAX_PAGE)) return top;
  if (top > MAX_PAGE && behaviour.topTooLarge === 'cap') return MAX_PAGE;
  throw new ODataError(
    `The limit of '${MAX_PAGE}' for Top query has been exceeded or is zero: ${top}.`,
  );
}

function readCount(query: URLSearchParams, name: '$top' | '$skip'): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    throw new ODataError(`Invalid value '${text}' for ${name} query option found.`);
  }
  return Number(text);
}

function nextLink({ base, query }: ApiCall, skip: number): string {
  const filter = query.get('$filter');
  const filtered = filter === null ? '' : `$filter=${encodeURIComponent(filter)}&`;
  return `${base}/api/machines?${filtered}$skip=${skip}`;
}

/** As reported: the names of the options are gone, and it points to itself. */
const brokenLink = ({ base }: ApiCall): string =>
  `${base}/api/machines?=onboardingstatus%20eq%20%27onboarded%27&=${MAX_PAGE}&$skip=${MAX_PAGE}`;
