export const setup = /* css */ `
.page { max-width: 1080px; margin: 0 auto; padding: 1.8rem 1.2rem 4rem; display: grid; gap: 1.6rem; }
.page.narrow { max-width: 620px; gap: 1.2rem; }
.page section:not(.row) { display: grid; gap: .8rem; }
.page h2 small { color: var(--soft); font-weight: 400; margin-left: .4rem; }
.with-mark { display: flex; align-items: center; gap: .7rem; }
.lead { color: var(--soft); max-width: 60ch; }
.crumb { font-size: .9rem; margin-bottom: -.6rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(310px, 1fr)); gap: .8rem; }
.cards .card { display: flex; flex-direction: column; gap: .7rem; }
.cards .card > .row { margin-top: auto; }
.cards h3 a { color: inherit; text-decoration: none; }
.cards h3 a:hover { text-decoration: underline; }
.connection .head { align-items: flex-start; }
.offer .sub { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; line-clamp: 3; overflow: hidden; }
.welcome { border-left: 4px solid var(--accent); justify-items: start; }
.page .row form { display: contents; }
.status { display: inline-flex; align-items: center; gap: .4rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.status::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentcolor; }
.status.live { color: var(--good); } .status.broken { color: var(--bad); } .status.paused { color: var(--warn); } .status:is(.connecting, .deleted) { color: var(--soft); }
.health { display: grid; gap: .2rem; font-size: .9rem; }
.health .bad { background: var(--bad-tint); padding: .3rem .5rem; border-radius: 6px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.2rem; }
.facts dt { color: var(--soft); }
.facts code, .secret code { background: var(--raised); border: 1px solid var(--line); border-radius: 5px; padding: .1rem .35rem; overflow-wrap: anywhere; }
.facts .hint { display: block; margin-top: .2rem; }
.checks ul { display: grid; gap: .4rem; }
.checks li { color: var(--ink); }
.checks .good strong { color: var(--good); }
.checks .bad strong { color: var(--bad); }
.steps .health:empty { display: none; }
.steps ol { counter-reset: step; display: grid; gap: .7rem; }
.steps ol li { counter-increment: step; display: flex; gap: .7rem; align-items: baseline; flex-wrap: wrap; }
.steps ol li::before { content: counter(step); display: inline-flex; align-items: center; justify-content: center; flex: none; width: 24px; height: 24px; border-radius: 50%; font-size: .8rem; font-weight: 650; border: 1px solid var(--line-strong); color: var(--soft); }
.steps .done::before { content: "✓"; background: var(--good); border-color: var(--good); color: var(--sheet); }
.steps .now { font-weight: 600; }
.steps .now::before { border-color: var(--accent); color: var(--accent); }
.steps .later { color: var(--soft); }
.steps small { color: var(--soft); font-weight: 400; }
.steps .health { border-top: 1px solid var(--line); padding-top: .8rem; }
.plain-list { display: grid; gap: .4rem; padding-left: 1.2rem; list-style: disc; }
@media (prefers-reduced-motion: no-preference) { .waiting { animation: breathe 2s ease-in-out infinite; } }
@keyframes breathe { 50% { opacity: .45; } }
@media (max-width: 560px) {
  .page { padding: 1.1rem .8rem 3rem; }
  .cards { grid-template-columns: 1fr; }
  .facts { grid-template-columns: 1fr; gap: .1rem; }
  .facts dd { margin-bottom: .5rem; }
}
`
