/** Of every page; light or dark, as the browser prefers. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --back: #fafafa; --card: #fff; --text: #18181b; --faint: #52525b; --line: #d4d4d8;
  --ok: #15803d; --warn: #a16207; --bad: #b91c1c; --accent: #1d4ed8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #18181b; --card: #27272a; --text: #f4f4f5; --faint: #a1a1aa; --line: #3f3f46;
    --ok: #4ade80; --warn: #facc15; --bad: #f87171; --accent: #93c5fd;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem;
  margin: 1rem 0; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 600; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
meter { width: 8rem; }
textarea { width: 100%; min-height: 8rem; font: 14px/1.4 ui-monospace, monospace; color: inherit;
  background: var(--back); border: 1px solid var(--line); border-radius: 4px; padding: .5rem; }
button { font: inherit; padding: .25rem 1rem; margin-top: .5rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.4 ui-monospace, monospace; }
.faint { color: var(--faint); }
.ok, .found { color: var(--ok); } .degraded, .invalid { color: var(--warn); }
.down, .unavailable, .denied, .expired, .failed { color: var(--bad); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
