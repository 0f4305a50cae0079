import { OUTPUT_FORMATS } from '../../../shared/projections/OutputFormat';
import { nativeIn, PROJECTIONS } from '../../../shared/projections/projections';
import { ecsRecord, ocsfRecord } from '../../../shared/openapi/projectedRecords';
import { ofMachine, refused, wholeMachine } from './aRecord';

const record = ofMachine(wholeMachine());

describe('nativeIn()', () => {
  it.each(OUTPUT_FORMATS)('finds the record in what is written as %s', (format) => {
    expect(nativeIn(PROJECTIONS[format](record))).toBe(record);
  });

  it.each([null, 'text', { unmapped: null }])('leaves alone what is no record: %j', (body) => {
    expect(nativeIn(body)).toBe(body);
  });
});

describe('The description of the API', () => {
  it.each([record, refused()])('describes what is written: $outcome', (each) => {
    expect(ecsRecord.safeParse(PROJECTIONS.ecs(each)).error?.issues ?? []).toEqual([]);
    expect(ocsfRecord.safeParse(PROJECTIONS.ocsf(each)).error?.issues ?? []).toEqual([]);
  });
});
