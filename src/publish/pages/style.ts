import { createHash } from 'node:crypto';

/**
 * The one style sheet, inline in every page so that a page is one request. Colours are chosen for 4.5:1 against
 * their ground in both schemes; a test computes them. Fonts are the reader's own: nothing is fetched.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #faf8f3; --ink: #211d17; --soft: #625a4d; --line: #ddd5c6; --seal: #a12b1e; --chip: #efe9dc; --on-seal: #fffdf8;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, "Noto Serif CJK KR", "Nanum Myeongjo", serif;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK KR", "Apple SD Gothic Neo", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #171412; --ink: #ece6d9; --soft: #a89f8e; --line: #3a342d; --seal: #f0907f; --chip: #2b2620; --on-seal: #1d0b07; }
}
* { box-sizing: border-box; }
:lang(ko) { word-break: keep-all; }
:lang(ko) q, q:lang(ko) { font-style: normal; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; min-height: 100dvh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 var(--sans); overflow-wrap: anywhere; }
.frame { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
a { color: inherit; text-decoration-color: var(--seal); text-decoration-thickness: .08em; text-underline-offset: .18em; }
a:hover { color: var(--seal); }
:focus-visible { outline: 3px solid var(--seal); outline-offset: 3px; border-radius: 2px; }
main { flex: 1; width: 100%; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem 1rem; }
.top { border-bottom: 1px solid var(--line); }
.top .frame { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding-block: .9rem; }
.mark { display: inline-flex; align-items: center; gap: .6rem; font-weight: 650; letter-spacing: .01em; text-decoration: none; }
.mark svg { width: 1.6rem; height: 1.6rem; flex: none; color: var(--seal); --knock: var(--on-seal); }
.mark span { color: var(--soft); font-weight: 400; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.ways { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .9375rem; }
.ways a { padding: .35rem 0; }
.ask { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.2rem 0 0; max-width: 44rem; }
.ask label { flex-basis: 100%; font-weight: 600; }
.ask input { flex: 1 1 16rem; min-width: 0; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .4rem; padding: .5rem .8rem; }
.ask button { font: inherit; font-weight: 600; background: var(--seal); color: var(--on-seal); border: 0; border-radius: .4rem; padding: .5rem 1.2rem; cursor: pointer; }
.ask + .note { max-width: 44rem; }
.feeds { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .9rem 0 0; padding: 0; list-style: none; font-size: .9375rem; }
.feeds a, .onward a { display: inline-block; padding: .25rem 0; }
.onward { border-top: 1px solid var(--line); padding: 1.2rem 0; margin: 0; }
.values { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.values li { display: grid; grid-template-columns: minmax(0, 1fr) 5rem 10rem; gap: 0 1.25rem; align-items: baseline; border-bottom: 1px solid var(--line); padding: .55rem 0; }
.values a { font-weight: 600; display: inline-block; padding: .2rem 0; }
.values span { color: var(--soft); }
.values .count, .values .last { text-align: right; font-variant-numeric: tabular-nums; font-size: .9375rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; margin: 0; }
h1 { font: 600 clamp(1.75rem, 1.3rem + 2vw, 2.6rem)/1.18 var(--serif); letter-spacing: -.012em; }
.intro { padding: clamp(1.8rem, 5vw, 3.4rem) 0 clamp(1.4rem, 4vw, 2.4rem); }
.intro p { color: var(--soft); max-width: 60ch; margin: .8rem 0 0; text-wrap: pretty; }
.day { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 2rem; border-top: 1px solid var(--line); padding: 1.6rem 0; }
.day h2 { font: 600 1rem/1.5 var(--sans); font-variant-numeric: tabular-nums; }
.day h2 span { display: block; color: var(--soft); font-weight: 400; font-size: .9375rem; }
.list { list-style: none; margin: 0; padding: 0; display: grid; gap: 2rem; }
.list h3 { font: 600 1.3rem/1.3 var(--serif); letter-spacing: -.004em; }
.list h3 a { text-decoration-color: transparent; }
.list h3 a:hover { text-decoration-color: var(--seal); }
.lead { margin: .45rem 0 0; max-width: 68ch; }
.facts { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .5rem; margin: .5rem 0 0; padding: 0; list-style: none; font-size: .875rem; color: var(--soft); }
.facts .source { font-weight: 600; color: var(--ink); margin-right: .25rem; }
.chip { background: var(--chip); color: var(--ink); border-radius: 1rem; padding: .1rem .65rem; }
.facts .more { margin-left: .25rem; }
.facts .more a { display: inline-block; padding: .25rem 0; }
.empty { border: 1px dashed var(--line); border-radius: .6rem; padding: 1.6rem; margin: 0 0 3rem; max-width: 62ch; }
.empty p { margin: .6rem 0 0; }
.empty h2, .part h2 { font: 600 1.2rem/1.3 var(--serif); }
.page { max-width: 46rem; padding: 1.5rem 0 3rem; }
.back { font-size: .9375rem; margin: 0 0 1.6rem; }
.page h1 { font-size: clamp(1.6rem, 1.25rem + 1.7vw, 2.25rem); }
.page > .facts { font-size: .9375rem; margin: 1rem 0 0; gap: .2rem .55rem; }
.page > .facts .source { margin: 0; }
.page > .facts li + li::before { content: "·" / ""; margin-right: .55rem; }
.go { display: inline-block; margin: 1.5rem 0 0; background: var(--seal); color: var(--on-seal); text-decoration: none; font-weight: 600; padding: .6rem 1.1rem; border-radius: .4rem; }
.go:hover { color: var(--on-seal); text-decoration: underline; }
.note { border-left: 3px solid var(--seal); padding: .1rem 0 .1rem 1rem; margin: 1.5rem 0 0; color: var(--soft); }
.body { font: 1.14rem/1.72 var(--serif); margin: 2rem 0 0; }
.body p { margin: 0 0 1.15em; }
.part { border-top: 1px solid var(--line); margin: 2.2rem 0 0; padding: 1.4rem 0 0; }
.part ul { margin: .7rem 0 0; padding: 0; list-style: none; display: grid; gap: .55rem; }
.part li small, .part dd small { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .6rem 1.25rem; margin: .9rem 0 0; font-size: .9688rem; }
dt { color: var(--soft); }
dd { margin: 0; }
dd p { margin: 0 0 .35rem; }
del { color: var(--soft); }
ins { font-weight: 600; text-decoration: none; }
q { font-family: var(--serif); font-style: italic; }
.foot { border-top: 1px solid var(--line); margin-top: 2rem; color: var(--soft); font-size: .875rem; }
.foot .frame { padding-block: 1.4rem 2.4rem; }
.foot p { margin: 0 0 .35rem; }
@media (max-width: 44rem) {
  .day { grid-template-columns: minmax(0, 1fr); gap: .9rem; padding: 1.3rem 0; }
  .day h2 span { display: inline; }
  .list h3 { font-size: 1.2rem; }
  .page > .facts .source { flex-basis: 100%; }
  .page > .facts .source + li::before { content: none; }
  .mark span { display: none; }
  .values li { grid-template-columns: minmax(0, 1fr) 3.5rem; }
  .values .last { display: none; }
  dl { grid-template-columns: minmax(0, 1fr); gap: .1rem; }
  dd { margin-bottom: .7rem; }
}
@media print { .top, .back, .go { display: none; } body { background: none; } }
`;

const hash = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but our own style sheet and our own icon: no script, no frame, no form but those that ask ourselves, no request to anyone. */
export const POLICY = `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
