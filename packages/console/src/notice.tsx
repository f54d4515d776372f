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

/** What went wrong, above the box one writes in; without words it goes away. */
export const Notices = ({ words }: { words?: string }) => (
  <div id="notice" class="notices" hx-swap-oob="true">
    {words && <Trouble words={words} />}
  </div>
)

export const Trouble = ({ words }: { words: string }) => (
  <p class="alert" role="alert">
    {words}
  </p>
)
