/** The stream begins at its end (column-reverse). Who has scrolled up keeps his place when something new comes below. */
export function stayAtTheEnd(): void {
  let height = 0
  const scroller = () => document.getElementById('scroll')
  document.addEventListener('htmx:beforeOnLoad', () => {
    height = scroller()?.scrollHeight ?? 0
  })
  document.addEventListener('htmx:afterSettle', () => {
    const box = scroller()
    if (!box || !height) return
    if (box.scrollTop < -60) box.scrollTop -= box.scrollHeight - height
    height = box.scrollHeight
  })
}
