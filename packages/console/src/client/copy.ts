/** `<button data-copy="#id">` copies that element's text; without a clipboard the text is selected instead. */
export function copyButtons(): void {
  document.addEventListener('click', async ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-copy]') : null
    const source = button && document.querySelector(button.dataset.copy ?? '')
    if (!button || !source) return
    getSelection()?.selectAllChildren(source)
    await navigator.clipboard.writeText(source.textContent ?? '')
    button.textContent = button.dataset.copied ?? button.textContent
  })
}
