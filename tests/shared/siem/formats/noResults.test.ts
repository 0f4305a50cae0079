import { readSiemMessage } from '../../../../shared/siem/readSiemMessage';
import type { Json } from '../../../../shared/json/Json';

const GRAPH = 'https://graph.microsoft.com/v1.0/$metadata';

function readAs(body: Json): string[] {
  const reading = readSiemMessage(Buffer.from(JSON.stringify(body)), null);
  if (!reading.ok) return [reading.unreadable.code];
  return reading.value.requests.map(
    ({ format, source, indicators }) => `${format} ${source} ${indicators.length}`,
  );
}

describe('the answer to a query that found nothing', () => {
  it.each<{ title: string; body: Json; is: string }>([
    {
      title: 'alerts of Graph',
      body: { '@odata.context': `${GRAPH}#security/alerts_v2`, value: [] },
      is: 'noResults microsoft-defender 0',
    },
    {
      title: 'advanced hunting by Defender’s API',
      body: { Stats: {}, Schema: [{ Name: 'DeviceId', Type: 'String' }], Results: [] },
      is: 'noResults microsoft-defender 0',
    },
    {
      title: 'advanced hunting by Graph',
      body: {
        '@odata.context': GRAPH,
        schema: [{ name: 'DeviceId', type: 'String' }],
        results: [],
      },
      is: 'noResults microsoft-defender 0',
    },
    {
      title: 'a search of Elasticsearch',
      body: { took: 3, timed_out: false, hits: { total: { value: 0 }, max_score: null, hits: [] } },
      is: 'noResults elastic 0',
    },
    {
      title: 'a search of Splunk',
      body: { preview: false, init_offset: 0, messages: [], results: [] },
      is: 'noResults splunk 0',
    },
    {
      title: 'the hosts of an incident of Sentinel',
      body: { Hosts: [] },
      is: 'noResults microsoft-sentinel 0',
    },
    {
      title: 'the attributes of an event of MISP',
      body: { Event: { uuid: 'u', info: 'nothing yet', Attribute: [] } },
      is: 'misp misp 0',
    },
    {
      title: 'a bundle of STIX',
      body: { type: 'bundle', id: 'bundle--5d0092c5-5f74-4287-9642-33f4c354e56d' },
      is: 'stix stix 0',
    },
  ])('is everyday traffic, with nothing to look up: $title', ({ body, is }) => {
    expect(readAs(body)).toEqual([is]);
  });

  it.each<{ title: string; body: Json }>([
    { title: 'a list of indicators', body: { indicators: [] } },
    { title: 'a list that says nothing of what it lists', body: { value: [] } },
    { title: 'results of an unknown product', body: { results: [] } },
    { title: 'a list beside something else', body: { Hosts: [], owner: 'soc' } },
  ])('is not taken for granted: an empty $title is quarantined', ({ body }) => {
    expect(readAs(body)).toEqual(['message.noIndicator']);
  });
});
