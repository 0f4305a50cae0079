import type { Page } from '../pages/pageAnswer';
import { PAGE_SCRIPT } from '../pages/pageScript';
import { PAGE_STYLE } from '../pages/pageStyle';

const table = (id: string, caption: string, titles: readonly string[]) => `
<section>
<h2>${caption}</h2>
<table>
<thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody id="${id}"></tbody>
</table>
</section>`;

const EXAMPLE = `{
  "source": "my-siem",
  "indicators": [{ "ip": "10.1.2.3" }, { "hash": "3395856ce81f2b7382dee72602f798b642f14140" }]
}`;

const MAIN = `<main>
<h1>Defender enricher, on this machine</h1>
<p id="state" class="faint" role="status">Asking …</p>
<section>
<h2>A message of yours</h2>
<form id="form">
<label for="message">As a SIEM would put it on the queue</label>
<textarea id="message" spellcheck="false">${EXAMPLE}</textarea>
<button type="submit">Send</button>
<button type="button" id="explain">How would it be read?</button>
</form>
<pre id="answer" role="status"></pre>
</section>
${table('records', 'The last records', ['at', 'kind', 'outcome', 'reason', 'machines', 'took', 'came by'])}
${table('quota', 'The quota of Defender', ['API', 'this minute', 'this hour', 'waiting', 'state'])}
${table('queues', 'Queues', ['queue', 'waiting', 'scheduled', 'dead-lettered'])}
${table('health', 'What runs where', ['what', 'state', 'code', 'where'])}
<p class="faint">Records in full: <code>npm run send -- FILE</code>. The API: <a href="openapi.json">openapi.json</a>.</p>
</main>`;

const SCRIPT = `'use strict';
${PAGE_SCRIPT}
const failed = (error) => { byId('state').textContent = 'Cannot ask the app: ' + error.message; };

async function look() {
  const { status, body } = await ask('status');
  if (status !== 200) throw new Error(body.detail ?? 'status ' + status);
  showQuota('quota', body.endpoints);
  showQueues('queues', body.queues);
  showRecords('records', body.recentLookups);
  byId('state').textContent = 'As of ' + new Date(body.asOf).toLocaleTimeString();
}

async function send(path) {
  const { status, body } = await ask(path, { method: 'POST', body: byId('message').value });
  byId('answer').textContent = status + ' ' + JSON.stringify(body, null, 2);
  await look();
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  send('ingest').catch(failed);
});
byId('explain').addEventListener('click', () => { send('ingest?dryRun=true').catch(failed); });
keepAsking(3000, look, failed);
keepAsking(10000, async () => showHealth('health', (await ask('health')).body), failed);
`;

/** Where a first message can be sent and seen through, without any tool. */
export const START_PAGE: Page = {
  title: 'Defender enricher',
  main: MAIN,
  style: PAGE_STYLE,
  script: SCRIPT,
};
