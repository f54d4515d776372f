/** What axe-core finds against a page and the frames in it: WCAG 2.2 A and AA and its best practices, all rules. */
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

export async function violations(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const frame of page.frames()) {
    await frame.evaluate(axe.source)
    const { violations } = await frame.evaluate<AxeResults>('axe.run(document, { iframes: false, resultTypes: ["violations"] })')
    const { pathname } = new URL(frame.url())
    for (const { id, help, nodes } of violations) {
      for (const node of nodes)
        found.push(`${pathname}: ${id}, ${help}: ${node.html.slice(0, 160)} (${node.failureSummary ?? ''})`)
    }
  }
  return found
}
