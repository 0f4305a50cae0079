/** What the scripts of pages share. Values of others are only ever put in as text. */
export const PAGE_SCRIPT = `
const byId = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = String(text ?? '–');
  if (className) made.className = className;
  return made;
}

/** Cells are texts, or elements; the first names its row. */
function fill(id, rows) {
  byId(id).replaceChildren(...rows.map((cells) => {
    const row = document.createElement('tr');
    cells.forEach((cell, index) => {
      const place = document.createElement(index === 0 ? 'th' : 'td');
      if (index === 0) place.scope = 'row';
      place.append(cell instanceof Node ? cell : document.createTextNode(String(cell ?? '–')));
      row.append(place);
    });
    return row;
  }));
}

function quotaBar(allowance, what) {
  const place = document.createElement('span');
  const bar = document.createElement('meter');
  bar.max = allowance.limit;
  bar.high = allowance.limit * 0.9;
  bar.value = allowance.used;
  bar.setAttribute('aria-label', what);
  place.append(bar, ' ' + allowance.used + ' of ' + allowance.limit);
  return place;
}

async function ask(path, init) {
  const answer = await fetch(path, { cache: 'no-store', credentials: 'same-origin', ...init });
  return { status: answer.status, body: await answer.json() };
}

function showQuota(id, endpoints) {
  const known = Object.entries(endpoints).filter(([, endpoint]) => endpoint !== null);
  fill(id, known.map(([name, { minute, hour, waiting, breaker, coolDown }]) => [
    name,
    quotaBar(minute, name + ', this minute'),
    quotaBar(hour, name + ', this hour'),
    Object.values(waiting).reduce((sum, count) => sum + count, 0),
    breaker ?? (coolDown && coolDown.why) ?? 'open',
  ]));
}

function showQueues(id, queues) {
  fill(id, Object.entries(queues).map(([name, depth]) => depth
    ? [name, depth.active, depth.scheduled, depth.deadLettered]
    : [name]));
}

function showRecords(id, recent) {
  fill(id, recent.map(({ at, kind, outcome, reasonCode, machineCount, tookMs, channel }) => [
    new Date(at).toLocaleTimeString(), kind, element('span', outcome, outcome), reasonCode,
    machineCount, (tookMs / 1000).toFixed(1) + ' s', channel,
  ]));
}

function showHealth(id, health) {
  fill(id, health.dependencies.map(({ name, status, detail, code }) => [
    name, element('span', status, status), code, detail,
  ]));
}

/** Repeats while the page is visible. */
function keepAsking(everyMs, look, onError) {
  const round = async () => {
    if (!document.hidden) await look().catch(onError);
    setTimeout(round, everyMs);
  };
  round();
}
`;
