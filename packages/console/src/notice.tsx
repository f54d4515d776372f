/** A page that says one thing: what happened and what to do. */
import type { Child } from 'hono/jsx'
import { Layout } from './layout.tsx'
import type { Page } from './page.ts'

type Props = { page: Page; title: string; words: string; children?: Child }

export const Notice = ({ page, title, words, children }: Props) => (
  <Layout page={page} title={title}>
    <main class="notice" id="content">
      <h1>{title}</h1>
      <p>{words}</p>
      {children}
    </main>
  </Layout>
)

/** Where a one-time link comes from. */
export const HowToGetIn = ({ page }: { page: Page }) => (
  <>
    <p>{page.t.sign.how}</p>
    <pre>
      <code>npm run hub -- admin-link</code>
    </pre>
  </>
)
