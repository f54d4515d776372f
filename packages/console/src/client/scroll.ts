/** The stream begins at its end (column-reverse). Who has scrolled up keeps their place when something new comes below. */
export function keepPlace(): void {
  let held: { entry: Element; top: number } | undefined
  const scroller = () => document.getElementById('scroll')
  document.addEventListener('htmx:beforeSwap', () => {
    const box = scroller()
    held = undefined
    if (!box || box.scrollTop > -60) return
    const { top } = box.getBoundingClientRect()
    const entry = [...box.querySelectorAll('.entries > li')].find((one) => one.getBoundingClientRect().top >= top)
    if (entry) held = { entry, top: entry.getBoundingClientRect().top }
  })
  document.addEventListener('htmx:afterSettle', () => {
    const box = scroller()
    if (!box || !held?.entry.isConnected) return
    box.scrollTop += held.entry.getBoundingClientRect().top - held.top
    held = undefined
  })
}
