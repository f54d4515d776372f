/**
 * The swap style `inside`: brings what an element holds into its new shape and touches nothing that stays the same, so selected text,
 * focus, a playing recording and what screen readers have read survive. The element itself is left alone.
 */
import htmx from 'htmx.org'
import { Idiomorph } from 'idiomorph'

export function swapInside(): void {
  htmx.defineExtension('inside', {
    handleSwap(style: string, target: Node, fragment: Node) {
      if (style !== 'inside' || !(target instanceof Element)) return false
      const now = document.createElement('div')
      now.append(...fragment.childNodes)
      Idiomorph.morph(target, [...now.childNodes], { morphStyle: 'innerHTML', restoreFocus: true })
      return [...target.children]
    },
  })
}
