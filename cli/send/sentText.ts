import type { SentMessage } from './SentMessage';

/** Where to ask what has become of a request; `origin` null: the app's own address is not known here. */
function askAgain(sent: SentMessage, origin: string | null): readonly string[] {
  const base = origin ?? 'https://<app>';
  return sent.awaited.requests.map(({ id }) => `${base}/api/trace?request=${id}`);
}

/** For people, once waiting is over. */
export function sentText(sent: SentMessage, outputQueue: string, origin: string | null): string {
  const { file, messageId, awaited, records, quarantined } = sent;
  const isNothing = awaited.lookups + awaited.unreadable === 0;
  const lines = [
    `${file} (${messageId}): ${records.length} of ${awaited.lookups} lookups answered, ${quarantined.length} in quarantine`,
    ...(isNothing ? ['  It names nothing to look up: npm run explain shows how it is read.'] : []),
    ...(sent.isComplete
      ? []
      : [
          '  What is missing waits for its slot of the quota, was answered with an earlier message of the same event,',
          `  or is no longer there: its consumer has taken it from ${outputQueue}. Ask again:`,
          ...askAgain(sent, origin).map((url) => `  ${url}`),
        ]),
  ];
  return lines.join('\n');
}

/** For programs. */
export function sentJson(sent: SentMessage, origin: string | null): object {
  const { file, messageId, awaited, isComplete, records, quarantined } = sent;
  const ask = isComplete ? [] : askAgain(sent, origin);
  return {
    file,
    messageId,
    requests: awaited.requests,
    isComplete,
    records,
    quarantined,
    askAgain: ask,
  };
}
