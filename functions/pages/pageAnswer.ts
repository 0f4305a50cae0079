import { createHash } from 'node:crypto';
import type { RouteAnswer } from '../http/Route';
import type { PageParts } from './readPage';

export interface Page extends PageParts {
  readonly title: string;
  /** What its script has to know, as `data-` attributes of the body. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Origins that it may ask besides this app. */
  readonly origins?: readonly string[];
}

/** A page in one piece. It may run and show only what is in it, and ask only this app and `origins`. */
export function pageAnswer(page: Page): RouteAnswer {
  const { title, main, style, script, settings = {}, origins = [] } = page;
  const attributes = Object.entries(settings).map(
    ([name, value]) => ` data-${name}="${escapeAttribute(value)}"`,
  );
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body${attributes.join('')}>
${main}
<script>${script}</script>
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src '${digestOf(style)}'`,
    `script-src '${digestOf(script)}'`,
    ["connect-src 'self'", ...origins].join(' '),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
  return { status: 200, body, headers };
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
