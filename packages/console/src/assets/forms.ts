/** Buttons and fields. */
export const forms = /* css */ `
button, .button { display: inline-flex; align-items: center; justify-content: center; gap: .4rem; min-height: 36px; padding: .35rem .9rem; font: inherit; font-weight: 500; color: var(--ink); background: var(--sheet); border: 1px solid var(--line-strong); border-radius: var(--radius); text-decoration: none; cursor: pointer; }
button:hover, .button:hover { background: var(--hover); }
button:disabled { opacity: .55; cursor: default; }
button.small, .button.small { min-height: 30px; padding: .15rem .65rem; font-size: .87rem; }
button.main, .button.main { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
button.main:hover, .button.main:hover { filter: brightness(1.08); }
button.quiet, .button.quiet { background: none; border-color: transparent; color: var(--soft); }
button.quiet:hover, .button.quiet:hover { color: var(--ink); background: var(--hover); }
button.danger, .button.danger { color: var(--bad); }
input, select, textarea { font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--line-strong); border-radius: var(--radius); padding: .42rem .6rem; width: 100%; min-height: 36px; }
input:is([type=checkbox], [type=radio]) { width: auto; min-height: 0; accent-color: var(--accent); }
input[type=file] { border: 0; padding: 0; min-height: 0; background: none; }
input:focus, select:focus, textarea:focus { outline: 2px solid var(--accent); outline-offset: -1px; border-color: transparent; }
::placeholder { color: var(--soft); opacity: 1; }
textarea { resize: vertical; }
.stack, .stack fieldset { display: grid; gap: 1.1rem; }
.stack fieldset + fieldset { border-top: 1px solid var(--line); padding-top: 1.1rem; }
/* Floated, a legend is a row like the others and not part of the border. */
.stack legend { float: left; font-weight: 600; padding: 0; }
.field { display: grid; gap: .3rem; }
.field > label { font-weight: 550; }
.field > label small { color: var(--soft); font-weight: 400; margin-left: .3rem; }
.field input[type=checkbox] { justify-self: start; }
.field.wrong :is(input, select, textarea) { border-color: var(--bad); }
.problem { color: var(--bad); }
.inline { display: grid; grid-template-columns: 1fr auto; gap: .3rem .5rem; align-items: center; }
.inline label { grid-column: 1 / -1; font-size: .85rem; color: var(--soft); }
.inline :is(input, select) { min-height: 30px; padding: .2rem .5rem; font-size: .92rem; }
`
