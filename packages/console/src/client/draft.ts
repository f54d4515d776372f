/** What is being written survives reloads and a sign-in in between; it is forgotten once it was sent. */
const boxes = () => document.querySelectorAll<HTMLTextAreaElement>('textarea[data-draft]')
const keyOf = (box: HTMLTextAreaElement) => `draft:${box.dataset.draft}`

function grow(box: HTMLTextAreaElement): void {
  box.rows = Math.min(12, Math.max(2, box.value.split('\n').length))
}

export function drafts(): void {
  document.addEventListener('DOMContentLoaded', () => {
    for (const box of boxes()) {
      box.value ||= sessionStorage.getItem(keyOf(box)) ?? ''
      grow(box)
    }
  })
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || !target.dataset.draft) return
    sessionStorage.setItem(keyOf(target), target.value)
    grow(target)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return
    event.preventDefault()
    event.target.form?.requestSubmit()
  })
  // Only what was sent is cleared: somebody may have written on while it was on its way.
  let sent = ''
  document.addEventListener('htmx:beforeRequest', () => {
    for (const box of boxes()) sent = box.value
  })
  document.addEventListener('throughline:sent', () => {
    for (const box of boxes()) {
      if (box.value.startsWith(sent)) box.value = box.value.slice(sent.length).trimStart()
      sessionStorage.setItem(keyOf(box), box.value)
      for (const file of box.form?.querySelectorAll<HTMLInputElement>('input[type=file]') ?? []) {
        file.value = ''
        file.dispatchEvent(new Event('change', { bubbles: true }))
      }
      grow(box)
      box.focus()
    }
  })
  document.addEventListener('htmx:afterRequest', (event) => {
    const { successful, elt } = event instanceof CustomEvent ? event.detail : {}
    if (!successful || !(elt instanceof HTMLFormElement)) return
    for (const field of elt.querySelectorAll<HTMLInputElement>('[data-clear]')) field.value = ''
  })
}
