import type { Health } from '../../../shared/health/HealthProbe';
import type { Status } from '../../../shared/health/StatusReport';
import type { Manifest } from '../../../shared/inventory/snapshot/Manifest';
import { Chart, flowStyle } from './charts';
import { byId, element, fillRows } from './dom';
import { gaugeDrawing, outcomesDrawing } from './drawings';
import { drawn } from './svg';
import { aheadView } from './view/aheadView';
import { concernsOf } from './view/attentionView';
import { clockTime, count } from './view/format';
import { inventoryView } from './view/inventoryView';
import { callsInTheLastHour, hourFigures, hourScope } from './view/hourView';
import { endpointCards, type EndpointCard } from './view/quotaView';
import { recordRows } from './view/recordsView';

/** Shows what the app answers. */
export class Board {
  private readonly callsChart = new Chart('callsChart');
  private readonly aheadChart = new Chart('aheadChart');
  private status: Status | null = null;
  private health: Health | null = null;
  private manifest: Manifest | null = null;

  showStatus(status: Status): void {
    this.status = status;
    const now = Date.parse(status.asOf);
    byId('board').hidden = false;
    byId('asOf').textContent = `as of ${clockTime(now, Date.now())}`;
    byId('hourScope').textContent = hourScope(status);
    byId('figures').replaceChildren(
      ...hourFigures(status).map(({ name, value }) => factOf(name, value)),
    );
    byId('outcomes').replaceChildren(outcomesDrawing(status.lastHour?.outcomes ?? {}));
    this.callsChart.showCalls(callsInTheLastHour(status), now);
    byId('endpoints').replaceChildren(...endpointCards(status, now).map(cardOf));
    this.showAhead(status, now);
    showQueues(status);
    showRecords(status, now);
    this.showConcerns();
    this.showInventory(this.manifest);
  }

  showHealth(health: Health): void {
    this.health = health;
    const chip = byId('overall');
    chip.hidden = false;
    chip.textContent = health.status;
    chip.className = `chip ${health.status}`;
    this.showConcerns();
  }

  showInventory(manifest: Manifest | null): void {
    this.manifest = manifest;
    if (!this.status) return;
    const now = Date.parse(this.status.asOf);
    const { risks, systems, exposure, facts } = inventoryView(
      manifest,
      this.status.lastInventory,
      now,
    );
    byId('inventoryFacts').replaceChildren(...facts.map(({ name, text }) => factOf(name, text)));
    byId('inventoryParts').hidden = systems.length === 0 && exposure.length === 0;
    const heads = ['system', ...risks, 'all'].map((title) => {
      const head = element('th', title);
      head.setAttribute('scope', 'col');
      return head;
    });
    const row = document.createElement('tr');
    row.append(...heads);
    byId('risks').replaceChildren(row);
    fillRows(
      'systems',
      systems.map(({ name, cells }) => [name, ...cells]),
    );
    fillRows(
      'exposure',
      exposure.map(({ name, text }) => [name, text]),
    );
  }

  private showAhead({ ahead }: Status, now: number): void {
    const view = aheadView(ahead, now);
    byId('aheadSummary').textContent = view.summary;
    byId('aheadParts').hidden = view.flows.length === 0;
    if (view.flows.length === 0) return;
    this.aheadChart.showAhead(view);
    fillRows(
      'flows',
      view.flows.map(({ flow, now: waits, done }, index) => {
        const { color, dash } = flowStyle(index);
        const line = drawn('line', {
          x1: 0,
          x2: 28,
          y1: 5,
          y2: 5,
          'stroke-dasharray': dash.join(' '),
        });
        line.style.stroke = color;
        const name = element(
          'span',
          drawn('svg', { viewBox: '0 0 28 10', class: 'line', 'aria-hidden': 'true' }, [line]),
        );
        name.append(flow);
        return [name, count(waits), done];
      }),
    );
  }

  private showConcerns(): void {
    const concerns = concernsOf(this.health, this.status);
    const entries = concerns.map(({ level, what, detail }) => {
      const entry = element('li', element('b', what), level);
      entry.append(` ${detail}`);
      return entry;
    });
    byId('attention').hidden = entries.length === 0;
    byId('concerns').replaceChildren(...entries);
  }
}

function cardOf(card: EndpointCard): HTMLElement {
  const made = element('li', element('h3', card.name), `card ${card.state.kind}`);
  made.append(element('p', card.state.text, 'state'));
  for (const gauge of card.gauges) {
    const row = element('div', element('span', gauge.span, 'faint'), 'gaugeRow');
    row.append(gaugeDrawing(gauge), element('span', gauge.text, 'value'));
    made.append(row);
  }
  const facts = document.createElement('dl');
  facts.className = 'facts';
  facts.append(
    factOf('HTTP slot', card.nextForHttp),
    factOf('queue slot', card.nextForQueue),
    factOf('waiting', card.waiting),
    ...(card.throttles === null ? [] : [factOf('throttled', card.throttles)]),
  );
  made.append(facts);
  return made;
}

function factOf(name: string, text: string): HTMLElement {
  const made = element('div', element('dt', name));
  made.append(element('dd', text));
  return made;
}

function showQueues({ queues }: Status): void {
  fillRows(
    'queues',
    Object.entries(queues).map(([name, depth]) =>
      depth
        ? [
            name,
            count(depth.active),
            count(depth.scheduled),
            element('span', count(depth.deadLettered), depth.deadLettered > 0 ? 'down' : ''),
          ]
        : [name, null, null, null],
    ),
  );
}

function showRecords({ recentLookups }: Status, now: number): void {
  fillRows(
    'records',
    recordRows(recentLookups, now).map((row) => [
      row.at,
      row.kind,
      row.value,
      element('span', row.outcome, row.outcome),
      row.reason,
      row.match,
      row.waited,
      row.channel,
    ]),
  );
}
