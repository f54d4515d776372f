/** Polling stops while nobody looks, and says so when the hub cannot be reached. */
const told = (event: Event): Record<string, unknown> => (event instanceof CustomEvent ? event.detail : {})
const isPoll = (element: unknown) => element instanceof Element && (element.getAttribute('hx-trigger') ?? '').startsWith('every')

export function live(): void {
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (document.hidden && isPoll(told(event).elt)) event.preventDefault()
  })
  const offline = (is: boolean) => {
    const banner = document.getElementById('offline')
    if (banner) banner.hidden = !is
  }
  document.addEventListener('htmx:sendError', () => offline(true))
  document.addEventListener('htmx:afterOnLoad', () => offline(false))
  document.addEventListener('htmx:timeout', () => offline(true))
}
