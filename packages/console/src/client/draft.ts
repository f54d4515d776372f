/** What is being written survives reloads and a sign-in in between; it is forgotten once it was sent. */
const boxes = (root: ParentNode = document) => root.querySelectorAll<HTMLTextAreaElement>('textarea[data-draft]')
const keyOf = (box: HTMLTextAreaElement) => `draft:${box.dataset.draft}`
const told = (event: Event): Record<string, unknown> => (event instanceof CustomEvent ? event.detail : {})

function changed(box: HTMLTextAreaElement): void {
  sessionStorage.setItem(keyOf(box), box.value)
  box.rows = Math.min(12, Math.max(2, box.value.split('\n').length))
}

/** Two conversations that are joined go on under either's name: what was being written goes along, to the next page and no further. */
const ALONG = 'draft-along'

export function drafts(): void {
  document.addEventListener('DOMContentLoaded', () => {
    const along = sessionStorage.getItem(ALONG)
    sessionStorage.removeItem(ALONG)
    for (const box of boxes()) {
      const kept = new Set([box.value || sessionStorage.getItem(keyOf(box)), along])
      box.value = [...kept].filter(Boolean).join('\n')
      changed(box)
    }
  })
  document.addEventListener('submit', ({ target }) => {
    if (!(target instanceof HTMLFormElement) || target.dataset.joins === undefined) return
    for (const box of boxes()) sessionStorage.setItem(ALONG, box.value)
  })
  document.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLTextAreaElement && target.dataset.draft) changed(target)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return
    event.preventDefault()
    event.target.form?.requestSubmit()
  })
  clearSent()
}

/** Only what was sent is cleared: somebody may have written on while it was on its way. */
function clearSent(): void {
  const sent = new WeakMap<object, string>()
  document.addEventListener('htmx:beforeRequest', (event) => {
    const { elt, xhr } = told(event)
    if (!(elt instanceof HTMLFormElement) || !(xhr instanceof XMLHttpRequest)) return
    for (const box of boxes(elt)) sent.set(xhr, box.value)
  })
  document.addEventListener('htmx:afterRequest', (event) => {
    const { elt, xhr, successful } = told(event)
    if (!successful || !(elt instanceof HTMLFormElement) || !(xhr instanceof XMLHttpRequest)) return
    for (const field of elt.querySelectorAll<HTMLInputElement>('[data-clear]')) {
      field.value = ''
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }
    for (const box of boxes(elt)) {
      const words = sent.get(xhr) ?? ''
      if (box.value.startsWith(words)) box.value = box.value.slice(words.length).trimStart()
      changed(box)
      box.focus()
    }
  })
}
