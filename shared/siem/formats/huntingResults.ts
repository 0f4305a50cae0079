import { asUtc } from './asUtc';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { addHuntingRow } from './huntingRow';
import { Place } from './Place';

const TIMES = ['Timestamp', 'TimeGenerated'];

/** What a query of advanced hunting returns, from Defender's API or from Graph's, or one row of it: one event. */
export const huntingResults: Format = {
  name: 'huntingResults',
  matches(body) {
    const answer = Place.of(body);
    if (['Schema', 'schema'].some((key) => answer.at(key).isGiven))
      return rowsOf(answer).length > 0;
    return isRow(answer);
  },
  read(body) {
    const answer = Place.of(body);
    const event = new EventBuilder({ source: 'microsoft-defender' });
    const rows = isRow(answer) ? [answer] : rowsOf(answer);
    for (const row of rows) {
      event.context('alertId', row.at('AlertId'));
      event.context('alertName', row.at('Title'));
      addHuntingRow(event, row, asUtc(row.at(...TIMES)));
    }
    return event.build();
  },
};

const rowsOf = (answer: Place): readonly Place[] => answer.at('Results', 'results').list;

/** Every table about devices has these; Sentinel renames the time. */
function isRow(row: Place): boolean {
  const isOfDevice = ['DeviceId', 'DeviceName'].every((key) => row.at(key).isGiven);
  return isOfDevice && row.at(...TIMES).isGiven;
}
