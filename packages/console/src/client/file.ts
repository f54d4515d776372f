/** A file field as a button with the name beside it. Without the script the browser's own field is there. */
export function fileFields(): void {
  document.documentElement.classList.add('script')
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.dataset.named === undefined) return
    const told = target.parentElement?.querySelector('output')
    if (told) told.textContent = target.files?.[0]?.name ?? ''
  })
}
