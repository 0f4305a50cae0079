import type { Machine } from '../entities/Machine';
import { type Answer, errorAnswer } from '../http/Answer';
import { ODataError } from '../odata/ODataError';
import { MACHINE_PROPERTIES } from '../odata/properties';
import { readFilter } from '../odata/readFilter';
import type { ApiCall } from './ApiCall';
import { machinesAnswer } from './answerLookup';
import { allRows, isListed, MAX_PAGE, pageOf, refuseOtherOptions } from './pageOf';

const SUPPORTED = new Set(['$filter', '$top', '$skip', '$count']);

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
  const { behaviour } = call;
  refuseOtherOptions(call, (option) => isTaken(option, call));
  const { top, skip } = pageOf(call);
  const matching = allRows(filterMachines(call), call);
  const end = skip + Math.min(top ?? MAX_PAGE, behaviour.pageCap);
  const page = inOrder(matching, call).slice(skip, end);
  const isMissing = skip === 0 ? behaviour.noMachines : behaviour.behindEnd;
  if (page.length === 0 && isMissing === 'notFound') {
    return errorAnswer(404, 'ResourceNotFound', 'No recent machines were found');
  }
  const count = countOf(matching, page, call);
  const more = top === undefined && end < matching.length;
  const link = behaviour.nextLink === 'broken' ? brokenLink(call) : more && nextLink(call, end);
  return machinesAnswer(page, call, {
    ...(count !== undefined && { '@odata.count': count }),
    ...(link !== false && { '@odata.nextLink': link }),
  });
}

const isTaken = (option: string, { behaviour }: ApiCall): boolean =>
  SUPPORTED.has(option) && !(option === '$count' && behaviour.count === 'reject');

function countOf(
  matching: readonly Machine[],
  page: readonly Machine[],
  { query, behaviour }: ApiCall,
): number | undefined {
  if (query.get('$count') !== 'true') return undefined;
  switch (behaviour.count) {
    case 'ofPage':
      return page.length;
    case 'tooMany':
      return matching.length + 1;
    case 'tooFew':
      return Math.max(0, matching.length - 1);
    case 'answer':
      return matching.length;
    case 'ignore':
    case 'reject':
      return undefined;
  }
}

function filterMachines({ query, fleet, behaviour }: ApiCall): readonly Machine[] {
  const filter = query.get('$filter');
  const listed =
    behaviour.unlisted.length > 0 ? fleet.machines.filter(isListed(behaviour)) : fleet.machines;
  if (filter === null) return listed;
  const isWanted = readFilter(filter, MACHINE_PROPERTIES, behaviour);
  const isUninvited = ({ id }: Machine): boolean =>
    filter.includes(' in (') && behaviour.uninvited.includes(id);
  return listed.filter((machine) => isWanted(machine) || isUninvited(machine));
}

function inOrder(machines: readonly Machine[], { behaviour, random }: ApiCall): readonly Machine[] {
  return behaviour.listOrder === 'unstable' ? random.shuffle(machines) : machines;
}

function nextLink({ base, query }: ApiCall, skip: number): string {
  const filter = query.get('$filter');
  const filtered = filter === null ? '' : `$filter=${encodeURIComponent(filter)}&`;
  return `${base}/api/machines?${filtered}$skip=${skip}`;
}

/** As reported: the names of the options are gone, and it points to itself. */
const brokenLink = ({ base }: ApiCall): string =>
  `${base}/api/machines?=onboardingstatus%20eq%20%27onboarded%27&=${MAX_PAGE}&$skip=${MAX_PAGE}`;
