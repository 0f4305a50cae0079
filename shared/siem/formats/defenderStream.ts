import { asUtc } from './asUtc';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { addHuntingRow } from './huntingRow';
import { Place } from './Place';

const CATEGORY = /^AdvancedHunting-/i;

/** A record of Defender's streaming API; a message holds a list of them, each with its own tenant. */
export const defenderStream: Format = {
  name: 'defenderStream',
  matches(body) {
    const record = Place.of(body);
    return CATEGORY.test(record.at('category').text ?? '') && record.at('properties').isGiven;
  },
  read(body) {
    const record = Place.of(body);
    const row = record.at('properties').json();
    const event = new EventBuilder({
      source: 'microsoft-defender',
      observedAt: asUtc(row.at('Timestamp').isGiven ? row.at('Timestamp') : record.at('time')),
      tenantIds: record.at('tenantId'),
    });
    event.context('alertId', row.at('AlertId'));
    event.context('alertName', row.at('Title'));
    addHuntingRow(event, row, Place.of(null));
    return event.build();
  },
};
