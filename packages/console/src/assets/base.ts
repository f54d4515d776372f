/** Colours, type, and what every page shares. */
export const base = /* css */ `
:root {
  color-scheme: light dark;
  --back: #f4f5f6; --sheet: #ffffff; --raised: #fafbfb; --ink: #1b1f23; --soft: #5c636b; --line: #e0e3e7; --line-strong: #c3c9cf;
  --accent: #0b7566; --accent-ink: #ffffff; --tint: #e2f2ef; --hover: #eef0f2;
  --note: #fff5d1; --note-line: #ecd98d; --bad: #b3261e; --bad-tint: #fdecea; --good: #1a7f47; --warn: #8a5a00; --warn-tint: #fff3dc;
  --radius: 8px; --shadow: 0 1px 2px rgb(0 0 0 / 6%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #111315; --sheet: #191c1f; --raised: #1e2225; --ink: #e7e9ec; --soft: #9aa2ab; --line: #2b3035; --line-strong: #454c54;
    --accent: #4cc2ae; --accent-ink: #04211c; --tint: #16322d; --hover: #23282c;
    --note: #332b10; --note-line: #5c4d1c; --bad: #ff8a80; --bad-tint: #3a1b19; --good: #5fce8f; --warn: #f0b95a; --warn-tint: #33270f;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--ink); min-height: 100dvh; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, ol, dl, dd, fieldset { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { font-size: 1.07rem; line-height: 1.3; }
h3 { font-size: 1rem; line-height: 1.3; }
small { font-size: .85em; }
a { color: var(--accent); text-underline-offset: 2px; }
code, pre { font: .92em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); padding: .7rem .9rem; overflow-x: auto; }
fieldset { border: 0; min-width: 0; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; top: 0; z-index: 9; background: var(--sheet); padding: .5rem 1rem; }
.skip:focus { left: 0; }
.grow { flex: 1; min-width: 0; }
.row { display: flex; gap: .5rem; flex-wrap: wrap; align-items: center; }
.head { display: flex; gap: .7rem; align-items: center; }
.sub { color: var(--soft); font-size: .87rem; }
.old, .hint { color: var(--soft); }
.bad { color: var(--bad); }
.good { color: var(--good); }
.warn { color: var(--warn); }
.empty { color: var(--soft); padding: 2rem 1rem; text-align: center; }

.top { display: flex; align-items: center; gap: 1.5rem; padding: 0 1rem; height: 48px; background: var(--sheet); border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 650; color: var(--ink); text-decoration: none; letter-spacing: -.01em; }
.logo { color: var(--accent); }
.top nav { display: flex; gap: .25rem; height: 100%; }
.top nav a, .brand { white-space: nowrap; }
.top nav a { display: flex; align-items: center; padding: 0 .7rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; margin-bottom: -1px; }
.top nav a:hover { color: var(--ink); }
.top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); font-weight: 600; }
.out { margin-left: auto; display: flex; align-items: center; gap: .6rem; min-width: 0; }
.out .who { color: var(--soft); font-size: .9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.out button { white-space: nowrap; }
@media (max-width: 560px) {
  .top { gap: .5rem; padding: 0 .6rem; }
  .brand span, .out .who { display: none; }
}
.banner { background: var(--warn-tint); color: var(--warn); padding: .5rem 1rem; text-align: center; font-size: .9rem; }

.mark { display: inline-flex; align-items: center; justify-content: center; flex: none; width: 30px; height: 30px; border-radius: 8px; font-size: .74rem; font-weight: 650; color: #fff; background: oklch(.52 .12 var(--hue)); text-transform: capitalize; user-select: none; }
.mark.small { width: 19px; height: 19px; border-radius: 5px; font-size: .58rem; }
.hue-none { background: #6b7280; } .hue-0 { --hue: 240; } .hue-1 { --hue: 150; } .hue-2 { --hue: 40; } .hue-3 { --hue: 300; }
.hue-4 { --hue: 80; } .hue-5 { --hue: 350; } .hue-6 { --hue: 195; } .hue-7 { --hue: 270; } .hue-8 { --hue: 125; } .hue-9 { --hue: 15; }
.hue-10 { --hue: 60; } .hue-11 { --hue: 215; }

.alert { background: var(--bad-tint); color: var(--bad); border: 1px solid currentcolor; border-radius: var(--radius); padding: .6rem .8rem; }
.card { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; box-shadow: var(--shadow); }
.notice { max-width: 34rem; margin: 12vh auto 0; padding: 1rem; display: grid; gap: 1rem; justify-items: start; }
.notice pre { width: 100%; }
.code { color: var(--soft); font-family: ui-monospace, monospace; margin-left: .6rem; }
`
