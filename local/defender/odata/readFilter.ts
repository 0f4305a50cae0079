import type { Behaviour } from '../Behaviour';
import { compileFilter } from './compileFilter';
import { countNodes } from './countNodes';
import type { FilterableProperties } from './FilterableProperties';
import { ODataError } from './ODataError';
import { parseFilter } from './parseFilter';

type FilterBehaviour = Pick<Behaviour, 'mostNodes' | 'inOperator' | 'stringCase'>;

/** A `$filter` as a test of entities. @throws {ODataError} the service does not take it */
export function readFilter(
  filter: string,
  properties: FilterableProperties,
  { mostNodes, inOperator, stringCase }: FilterBehaviour,
): (entity: object) => boolean {
  const expression = parseFilter(filter, properties, { takesIn: inOperator === 'answer' });
  if (countNodes(expression) > mostNodes)
    throw new ODataError(
      `The query specified in the URI is not valid. The node count limit of '${mostNodes}' has been exceeded. To increase the limit, set the 'MaxNodeCount' property on EnableQueryAttribute or ODataValidationSettings.`,
    );
  return compileFilter(expression, stringCase);
}
