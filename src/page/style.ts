/** The style of every page: system fonts, both colour schemes, rows that become cards on a narrow screen. */
export const STYLE = `
:root {
  --back: #f5f6f8; --panel: #fff; --ink: #1c2128; --soft: #59636e; --line: #d9dee4; --link: #0757ba;
  --good: #1a7f37; --warning: #8a5a00; --critical: #c4232c; --notice: #59636e; --work: #0757ba;
  --good-back: #e9f6ec; --warning-back: #fff6dd; --critical-back: #fdecec; --notice-back: #eef1f4;
  --track: #e3e7ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --panel: #151b23; --ink: #e6edf3; --soft: #9198a1; --line: #2c343d; --link: #74b4ff;
    --good: #4ac26b; --warning: #e0a93b; --critical: #ff7b72; --notice: #9198a1; --work: #74b4ff;
    --good-back: #12261a; --warning-back: #2b2210; --critical-back: #331618; --notice-back: #1b222b;
    --track: #2c343d;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--back); color: var(--ink);
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main, footer { max-width: 92rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-top: 1.25rem; }
footer { color: var(--soft); font-size: 0.8125rem; padding-bottom: 2rem; margin-top: 2rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main > h1 { font-size: 1.375rem; margin: 0; }
h2 { font-size: 1.0625rem; margin: 2rem 0 0.625rem; }
h3 { font-size: 0.8125rem; margin: 0 0 0.5rem; color: var(--soft); font-weight: 600; }
p { margin: 0.25rem 0; }
code { font: 0.8125rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
small { font-size: 0.8125rem; font-weight: 400; color: var(--soft); }
time { text-decoration: none; white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.none, .note, .calm { color: var(--soft); }
.doubt, .over { color: var(--critical); }

.installation { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0 0 0.625rem; color: var(--soft); font-size: 0.875rem; }
.installation b { color: var(--ink); }
.runbook { display: block; margin-top: 0.25rem; color: var(--soft); font-size: 0.875rem; }

.verdict { border-radius: 10px; padding: 1rem 1.25rem 1.125rem; border: 1px solid var(--line); border-left: 6px solid; background: var(--panel); }
.verdict.good { border-left-color: var(--good); background: var(--good-back); }
.verdict.notice { border-left-color: var(--work); background: var(--notice-back); }
.verdict.warning { border-left-color: var(--warning); background: var(--warning-back); }
.verdict.critical { border-left-color: var(--critical); background: var(--critical-back); }
.verdict h1 { margin: 0 0 0.375rem; font-size: 1.1875rem; line-height: 1.5; font-weight: 700; letter-spacing: 0.01em; }
.verdict h1 small { font-size: 0.8125em; color: inherit; white-space: nowrap; }
.verdict .up { margin: 0 0 0.25rem; font-size: 0.875rem; }
.claim { display: inline-block; }
.claim.warning { color: var(--warning); }
.claim.critical { color: var(--critical); }
.claim:not(:last-child)::after { content: "·"; color: var(--soft); margin-left: 0.4em; font-weight: 400; }
.note { margin-top: 0.5rem; font-size: 0.875rem; }
.first { max-width: 110ch; }

.attention { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.625rem; }
.attention li { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid; border-radius: 8px; padding: 0.75rem 1rem; }
.attention li > p { max-width: 110ch; }
.attention .critical { border-left-color: var(--critical); }
.attention .warning { border-left-color: var(--warning); }
.attention .notice { border-left-color: var(--notice); }
.attention .what { margin-top: 0; }
.attention code { color: var(--soft); margin: 0 0.375rem; }
.level { font-weight: 700; }
.critical > .what .level { color: var(--critical); }
.warning > .what .level { color: var(--warning); }
.lead, dt { color: var(--soft); }
dl { margin: 0; }
dd { margin: 0; }
.attention li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 2rem; }
.attention li > p { grid-column: 1; margin: 0.125rem 0; }
.attention .terms { grid-column: 2; grid-row: 1 / span 3; min-width: 13rem; font-size: 0.875rem; border-left: 1px solid var(--line); padding-left: 1rem; }

.scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem; }
thead th { font-size: 0.8125rem; font-weight: 600; color: var(--soft); white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th:first-child { padding-left: calc(0.75rem + 4px); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 600; min-width: 9rem; border-left: 4px solid transparent; }
tr.stuck > th { border-left-color: var(--critical); }
tr.trouble > th { border-left-color: var(--warning); }
tr.work > th { border-left-color: var(--work); }
tr.stuck { background: var(--critical-back); }
tr.trouble { background: var(--warning-back); }
tr.apart { color: var(--soft); }
.whole, .sync { white-space: nowrap; }
.sync.in-sync { color: var(--good); }
.sync.behind { color: var(--warning); font-weight: 600; }
.sync.copying { color: var(--work); font-weight: 600; }
.sync.parked { color: var(--critical); font-weight: 700; }
.lag { white-space: nowrap; }
.bar { display: block; width: 7rem; height: 6px; margin-top: 0.25rem; }
.bar .track { fill: var(--track); }
.bar.good .fill { fill: var(--good); }
.bar.warning .fill { fill: var(--warning); }
.bar.critical .fill { fill: var(--critical); }
.bar .mark { fill: var(--ink); }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 999px; padding: 0 0.5rem; font-size: 0.8125rem; background: var(--panel); }

.choose { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; margin-bottom: 0.5rem; font-size: 0.875rem; }
.choose form { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.choose nav { display: flex; flex-wrap: wrap; gap: 0.375rem; }
.choose nav a { border: 1px solid var(--line); border-radius: 999px; padding: 0.1875rem 0.75rem; background: var(--panel); text-decoration: none; }
.choose nav a[aria-current] { border-color: var(--link); font-weight: 600; }
label { color: var(--soft); }
input, button { font: inherit; color: inherit; border: 1px solid var(--soft); border-radius: 6px; background: var(--panel); padding: 0.1875rem 0.625rem; min-height: 1.75rem; }
input[type=search] { width: 14rem; max-width: 100%; }
button { cursor: pointer; }
.count { color: var(--soft); font-size: 0.875rem; margin: 0 0 0.5rem; }
.stale { position: fixed; inset: auto 0 0 0; margin: 0; padding: 0.625rem 1.25rem; background: var(--critical); color: var(--panel); font-weight: 600; }
@media (scripting: none) { .scripted { display: none; } }

.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0.75rem; }
.facts section, .panel { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 0.875rem 1rem; }
.terms div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.125rem 0; }
.terms dd { text-align: right; }
.terms dt { white-space: nowrap; }
.facts dt { white-space: normal; overflow-wrap: break-word; }
meter { width: 5rem; vertical-align: middle; }
.pair { margin-top: 2rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem 0.75rem; }
.pair h2, .panel h2 { margin-top: 0; }
.stages { list-style: none; margin: 0.5rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.375rem; }
.stages li { border: 1px solid var(--line); border-radius: 999px; padding: 0 0.625rem; font-size: 0.8125rem; color: var(--soft); }
.stages .past { background: var(--good-back); color: var(--good); }
.stages [aria-current] { background: var(--work); border-color: var(--work); color: var(--panel); font-weight: 600; }
.timeline { margin: 0; padding: 0; list-style: none; font-size: 0.875rem; }
.timeline li { display: grid; grid-template-columns: 11.5rem 1fr; gap: 0 1rem; padding: 0.25rem 0; }
.timeline time { color: var(--soft); }
.timeline .to-come { color: var(--soft); font-style: italic; }
.timeline .fact { margin-right: 0.75rem; }
.timeline .fact b { font-weight: 500; color: var(--ink); }
.routes div { padding: 0.375rem 0; border-top: 1px solid var(--line); }
.routes dt { color: var(--ink); }

@media (max-width: 62rem) {
  .scroll { overflow: visible; border: 0; background: none; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 0.75rem; }
  tr { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
  tbody tr + tr > * { border-top: 0; }
  th, td { padding: 0.1875rem 0.875rem; }
  tbody th { padding-top: 0.625rem; padding-left: calc(0.875rem - 4px); font-size: 1rem; }
  .projects tr.rest td:not([data-column="Sync"], [data-column="At risk"], [data-column="Published as"]) { display: none; }
  .projects tr.rest td:last-child { padding-bottom: 0; }
  tr.rest { padding-bottom: 0.5rem; }
  td:last-child { padding-bottom: 0.75rem; }
  td { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.75rem; }
  td::before { content: attr(data-column); color: var(--soft); }
  td:has(> div > .none:only-child) { display: none; }
}
@media (max-width: 40rem) {
  main, footer { padding-left: 0.75rem; padding-right: 0.75rem; }
  .verdict h1 { font-size: 1.0625rem; }
  .attention li { grid-template-columns: 1fr; }
  .attention .terms { grid-column: 1; grid-row: auto; border-left: 0; border-top: 1px solid var(--line); padding: 0.375rem 0 0; margin-top: 0.375rem; order: 1; display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
  .attention .terms div { gap: 0.5rem; }
  .claim { display: block; }
  .claim:not(:last-child)::after { content: none; }
  .timeline li { grid-template-columns: 1fr; }
}
@media print { body { background: #fff; } }
`;
