/** The conversation and the box below it. */
export const stream = /* css */ `
#scroll { overflow-anchor: none; display: flex; flex-direction: column-reverse; background: var(--back); }
.log { padding: .8rem 1rem 1rem; margin-bottom: auto; width: 100%; }
.earlier { text-align: center; font-size: .9rem; padding: .4rem; }
.entries { display: flex; flex-direction: column; gap: .7rem; max-width: 860px; margin: 0 auto; }
.day { display: flex; align-items: center; gap: .8rem; color: var(--soft); font-size: .82rem; margin: .4rem 0; }
.day::before, .day::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.entry { max-width: min(620px, 86%); display: grid; gap: .25rem; }
.message.out { align-self: flex-end; justify-items: end; }
.message.in { align-self: flex-start; justify-items: start; }
.meta { display: flex; flex-wrap: wrap; align-items: center; gap: .15rem .45rem; font-size: .82rem; color: var(--soft); }
.meta strong { color: var(--ink); font-weight: 600; }
.meta time, .line time { color: var(--soft); font-variant-numeric: tabular-nums; }
.flag { color: var(--warn); font-weight: 600; }
.bubble { display: grid; gap: .4rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 4px 12px 12px 12px; padding: .5rem .75rem; box-shadow: var(--shadow); min-width: 0; }
.out .bubble { background: var(--tint); border-color: transparent; border-radius: 12px 4px 12px 12px; }
.gone .bubble { opacity: .55; text-decoration: line-through; }
.text { white-space: pre-wrap; }
.text.other { color: var(--soft); font-style: italic; }
.subject { font-weight: 600; }
.picture img { display: block; max-width: min(340px, 100%); max-height: 320px; border-radius: 6px; background: var(--hover); }
.bubble :is(video, audio) { max-width: 100%; }
.file { display: inline-flex; align-items: baseline; gap: .5rem; padding: .3rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--sheet); }
.choices { display: flex; flex-wrap: wrap; gap: .3rem; margin-top: .3rem; }
.choices li { border: 1px solid var(--line-strong); border-radius: 99px; padding: 0 .6rem; font-size: .85rem; }
.reactions { font-size: 1rem; }
.fate { font-size: .8rem; color: var(--soft); text-align: right; max-width: 100%; }
.fate.bad { color: var(--bad); }
.tick { font-weight: 600; }
.tick:is(.delivered, .read) { color: var(--good); }
.tick:is(.failed, .refused, .unknown) { color: inherit; }
.tick + .why::before { content: " · "; }
.entry.note { align-self: center; width: min(620px, 100%); max-width: 100%; background: var(--note); border: 1px solid var(--note-line); border-radius: 10px; padding: .5rem .75rem; }
.line { align-self: center; display: flex; flex-wrap: wrap; justify-content: center; align-items: center; gap: .1rem .5rem; max-width: 92%; font-size: .83rem; color: var(--soft); text-align: center; }
.line.bad { color: var(--bad); background: var(--bad-tint); border-radius: 6px; padding: .25rem .6rem; }
.line.notable { color: var(--ink); }
.line q { color: var(--ink); }

.reply { border-top: 1px solid var(--line); background: var(--sheet); padding: .6rem 1rem .8rem; display: grid; gap: .45rem; }
.reply:has(#as-note:checked) { background: var(--note); }
.reply-top, .reply-end { display: flex; align-items: center; gap: .4rem .8rem; flex-wrap: wrap; }
.destination, .note-where { flex: 1 1 100%; order: 1; min-width: 0; }
.writing { display: grid; gap: .45rem; }
.writing textarea { resize: none; max-height: 40dvh; }
.modes { display: inline-flex; border: 1px solid var(--line-strong); border-radius: var(--radius); overflow: hidden; background: var(--sheet); }
.modes legend { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.modes label { display: flex; position: relative; cursor: pointer; font-size: .88rem; font-weight: 550; color: var(--soft); }
.modes span { padding: .18rem .8rem; }
.modes input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.modes input:checked + span { background: var(--accent); color: var(--accent-ink); }
.modes label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: var(--radius); }
.via { display: flex; align-items: center; gap: .5rem; min-width: 0; margin-left: auto; }
.via label { font-size: .85rem; color: var(--soft); white-space: nowrap; }
.via select { min-height: 30px; padding: .1rem .5rem; font-size: .88rem; width: auto; max-width: 280px; }
.where { display: flex; align-items: center; gap: .5rem; font-size: .87rem; color: var(--soft); min-height: 22px; }
.where b { font-weight: 500; color: var(--ink); }
.where.bad { color: var(--bad); }
.reply:not(:has(#as-note:checked)) :is(.note-where, .as-note), .reply:has(#as-note:checked) :is(.destination, .via, .attach, .as-reply) { display: none; }
.reply-end .main { margin-left: auto; }
.attach { display: flex; align-items: center; gap: .5rem; font-size: .85rem; min-width: 0; }
.attach output { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 14rem; }
.attach input { max-width: 230px; font-size: .82rem; }
html:not(.script) .attach .button { display: none; }
.script .attach { position: relative; }
.script .attach input { position: absolute; inset: 0; opacity: 0; width: 100%; cursor: pointer; }
.script .attach:has(:focus-visible) .button { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 700px) {
  .log { padding: .6rem; }
  .entry { max-width: 94%; }
  .reply { padding: .5rem .6rem .6rem; }
  .reply .hint { display: none; }
  .destination, .note-where { flex-basis: 100%; }
  .modes { order: -1; }
}
/* Little height (a frame beside others): the box is one row. */
@media (max-height: 560px) and (min-width: 701px) {
  .middle > .head { min-height: 0; padding: .3rem 1rem; }
  .reply { padding: .4rem 1rem .5rem; gap: .35rem; }
  .reply .hint { display: none; }
  .writing { grid-template-columns: minmax(0, 1fr) auto; align-items: center; }
  .attach { max-width: 10rem; }
  .via label { position: absolute; clip-path: inset(50%); }
  .via select { max-width: 170px; }
  .destination, .note-where { flex-basis: 180px; order: 0; }
}
`
