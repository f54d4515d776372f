/** The frame of the inbox: list, conversation, customer. */
export const inbox = /* css */ `
body.inbox { display: flex; flex-direction: column; height: 100dvh; overflow: hidden; }
.desk { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(230px, 320px) minmax(0, 1fr); background: var(--sheet); }
.desk.opened { grid-template-columns: minmax(230px, 320px) minmax(0, 1fr) 300px; }
.desk > * { min-width: 0; min-height: 0; }
.desk .scroll { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; }
.left { display: flex; flex-direction: column; border-right: 1px solid var(--line); background: var(--raised); }
.filters { padding: .7rem .7rem 0; border-bottom: 1px solid var(--line); display: grid; gap: .4rem; }
.search input { min-height: 32px; padding: .25rem .6rem; }
.shows { display: flex; }
.shows a { padding: .35rem .6rem; font-size: .87rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; margin-bottom: -1px; }
.shows a[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--accent); }
.customer { display: flex; gap: .65rem; padding: .6rem .8rem; border-bottom: 1px solid var(--line); color: inherit; text-decoration: none; }
.customer:hover { background: var(--hover); }
.customer[aria-current] { background: var(--tint); box-shadow: inset 3px 0 var(--accent); }
.customer:focus-visible { outline-offset: -3px; }
.customer .grow { display: grid; gap: .1rem; }
.first, .second, .third { display: flex; gap: .5rem; align-items: baseline; min-width: 0; }
.name, .preview { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.name { font-weight: 550; }
.preview { color: var(--soft); font-size: .9rem; }
.unread .name { font-weight: 700; }
.unread .preview { color: var(--ink); }
.first time { color: var(--soft); font-size: .8rem; }
.count { background: var(--accent); color: var(--accent-ink); font-size: .74rem; font-weight: 700; border-radius: 99px; padding: 0 .42rem; line-height: 1.5; }
.third { flex-wrap: wrap; font-size: .8rem; color: var(--soft); gap: .35rem; }
.third:empty { display: none; }
.waits { color: var(--warn); }
.tag { display: inline-flex; align-items: center; gap: .1rem; font-size: .8rem; line-height: 1.5; background: var(--hover); border: 1px solid var(--line); border-radius: 99px; padding: 0 .5rem; color: var(--ink); }

.middle { display: flex; flex-direction: column; }
.middle.none { justify-content: center; background: var(--back); }
.middle > .head { padding: .55rem 1rem; border-bottom: 1px solid var(--line); min-height: 56px; }
.middle > .head h2 { display: flex; align-items: center; gap: .35rem; flex-wrap: wrap; }
.middle > .head .row form { display: contents; }
.back, .to-card, .back-to-log { display: none; }
.notices:not(:empty) { padding: .5rem 1rem 0; }

.side { border-left: 1px solid var(--line); background: var(--raised); overflow-y: auto; padding: 1rem; display: flex; flex-direction: column; gap: 1.1rem; }
.side > div { display: grid; gap: 1.1rem; }
.side section { display: grid; gap: .5rem; }
.side h3 { font-size: .78rem; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); font-weight: 600; }
.identities { display: grid; gap: .7rem; }
.identity { display: flex; gap: .6rem; }
.identity .sub, .identity .bad { font-size: .82rem; }
.tags { display: flex; flex-wrap: wrap; gap: .35rem; }
.tags:empty { display: none; }
.tags form { display: contents; }
.x { min-height: 0; border: 0; background: none; padding: 0 0 0 .25rem; color: var(--soft); line-height: 1; }
.x:hover { color: var(--bad); background: none; }
.pairs { display: grid; gap: .25rem; font-size: .9rem; }
.pairs div { display: flex; gap: .5rem; }
.pairs dt { color: var(--soft); }
.suggest { background: var(--warn-tint); border-radius: var(--radius); padding: .7rem; }
.suggest form { display: grid; gap: .5rem; justify-items: start; font-size: .9rem; }
.merge summary { cursor: pointer; font-size: .9rem; color: var(--soft); }
.merge[open] { display: grid; gap: .5rem; }
.merge .hint { font-size: .85rem; margin: .4rem 0; }

.embed .side { padding: .8rem; }
@media (max-width: 1080px) {
  .desk.opened { grid-template-columns: minmax(200px, 280px) minmax(0, 1fr); position: relative; }
  .to-card { display: inline-flex; }
  .side { display: none; }
  .side:target { display: flex; position: absolute; inset: 0 0 0 auto; width: min(340px, 100%); z-index: 2; box-shadow: -8px 0 24px rgb(0 0 0 / 18%); }
  .side:target .back-to-log { display: inline-flex; align-self: start; }
}
@media (max-width: 700px) {
  .desk, .desk.opened { grid-template-columns: minmax(0, 1fr); }
  .desk:not(.opened) .middle, .desk.opened .left { display: none; }
  .back { display: inline-flex; align-items: center; justify-content: center; width: 34px; height: 34px; text-decoration: none; font-size: 1.2rem; border-radius: var(--radius); }
  .middle > .head { padding: .45rem .6rem; flex-wrap: wrap; gap: .4rem .6rem; }
  .middle > .head .row { flex-basis: 100%; }
  .middle > .head .row :is(button, .button) { flex: 1; }
}
`
