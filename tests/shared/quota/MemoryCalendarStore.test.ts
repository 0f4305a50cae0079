import { itKeepsCalendars } from './calendarStoreContract';
import { MemoryCalendarStore } from './MemoryCalendarStore';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

describe('MemoryCalendarStore', () => {
  itKeepsCalendars(() => Promise.resolve(new MemoryCalendarStore(new VirtualClock())));
});
