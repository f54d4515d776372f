/** A form that asks a provider says so while it waits, and is not sent twice. */
export function busyForms(): void {
  document.addEventListener('submit', ({ target }) => {
    if (!(target instanceof HTMLFormElement) || !target.dataset.busy) return
    const button = target.querySelector('button[type=submit]')
    if (!(button instanceof HTMLButtonElement)) return
    button.textContent = target.dataset.busy
    // Not at once: a disabled button would not be part of what is sent.
    setTimeout(() => {
      button.disabled = true
    })
  })
  // Back from the next page, the old one may be shown as it was left.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
}
