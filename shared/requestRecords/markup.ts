/** A way to write a comment. What others chose goes through `text` or `link` only. */
export interface Markup {
  /** Escaped, on one line, and with nothing that a portal would make a link of. */
  text(value: string): string;
  /** Sentences of this app, with names of Defender's rights that may be copied. */
  prose(sentences: string): string;
  /** As ISO 8601 has it, to the second; what is written otherwise is text. */
  time(value: string): string;
  /** `url`: made by this app. */
  link(label: string, url: string): string;
  bold(written: string): string;
  paragraph(written: string): string;
  tableStart(columns: readonly string[]): string;
  row(cells: readonly string[]): string;
  readonly tableEnd: string;
}

const MAX_VALUE_CHARACTERS = 120;
const MAX_PROSE_CHARACTERS = 400;

/** A comment is read where people click: nothing that others wrote may lead anywhere. Browsers know four kinds of dots. */
const defang = (written: string): string =>
  defangScheme(written).replaceAll(/(?<=\S)[.\u3002\uff0e\uff61](?=\S)/g, '[.]');

/** Enough within a link, which holds no other. */
const defangScheme = (written: string): string =>
  written.replaceAll('://', '[:]//').replaceAll('@', '[@]');

/** What most values are: nothing to escape, to cut or to defang. */
const HARMLESS = /^[a-zA-Z0-9:–-]{1,120}$/;

const asText = (value: string, escape: (line: string) => string): string =>
  HARMLESS.test(value) ? value : defang(escape(oneLine(value)));

/** One line, and no characters that turn text round or hide in it. */
function oneLine(value: string, maxCharacters = MAX_VALUE_CHARACTERS): string {
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  if (line.length <= maxCharacters) return line;
  const characters = Array.from(line);
  return characters.length > maxCharacters
    ? `${characters.slice(0, maxCharacters - 1).join('')}…`
    : line;
}

/** Only of the characters that links may hold, so that none ends the mark-up around it. */
const isLinkable = (url: string): boolean => /^https?:\/\/[\w.~:/?&=%-]+$/.test(url);

const timeBy = (text: (value: string) => string) => (value: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value)
    ? `${value.slice(0, 19)}Z`
    : text(value);

const escapeHtml = (value: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const escapeMarkdown = (value: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#!|~$]/g, String.raw`\$&`);

/** Comments of GitHub's kind: tables, links. */
export const MARKDOWN: Markup = {
  text: (value) => asText(value, escapeMarkdown),
  prose: (sentences) => escapeMarkdown(oneLine(sentences, MAX_PROSE_CHARACTERS)),
  time: timeBy((value) => MARKDOWN.text(value)),
  link: (label, url) =>
    isLinkable(url)
      ? `[${defangScheme(escapeMarkdown(oneLine(label)))}](${url})`
      : MARKDOWN.text(label),
  bold: (written) => `**${written}**`,
  paragraph: (written) => `${written}\n\n`,
  tableStart: (columns) => `| ${columns.join(' | ')} |\n|${columns.map(() => ' --- |').join('')}\n`,
  row: (cells) => `| ${cells.join(' | ')} |\n`,
  tableEnd: '\n',
};

export const HTML: Markup = {
  text: (value) => asText(value, escapeHtml),
  prose: (sentences) => escapeHtml(oneLine(sentences, MAX_PROSE_CHARACTERS)),
  time: timeBy((value) => HTML.text(value)),
  link: (label, url) =>
    isLinkable(url)
      ? `<a href="${escapeHtml(url)}">${defangScheme(escapeHtml(oneLine(label)))}</a>`
      : HTML.text(label),
  bold: (written) => `<strong>${written}</strong>`,
  paragraph: (written) => `<p>${written}</p>`,
  tableStart: (columns) =>
    `<table><tr>${columns.map((column) => `<th>${column}</th>`).join('')}</tr>`,
  row: (cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  tableEnd: '</table>',
};
