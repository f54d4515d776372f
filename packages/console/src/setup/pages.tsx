/** The two pages in between: a secret shown once, and the question before a removal. */
import type { Connection } from '@throughline/core/connector.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import type { Installed } from './state.ts'

export function OncePage({ page, connection, secrets }: { page: Page; connection: Connection; secrets: Record<string, string> }) {
  const words = page.t.setup.once
  return (
    <Layout page={page} title={connection.name} here="setup">
      <main class="page narrow" id="content">
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        {Object.entries(secrets).map(([name, value], index) => (
          <section class="card secret">
            <h2>{name}</h2>
            <code id={`secret-${index}`}>{value}</code>{' '}
            <button class="small" type="button" data-copy={`#secret-${index}`} data-copied={words.copied}>
              {words.copy}
            </button>
          </section>
        ))}
        <a class="button main" href={href(page, `/setup/c/${connection.id}`)}>
          {words.next}
        </a>
      </main>
    </Layout>
  )
}

export function RemovePage({ page, one }: { page: Page; one: Installed }) {
  const { connection, side } = one
  const words = page.t.setup.removing
  const place = `/setup/c/${connection.id}`
  return (
    <Layout page={page} title={words.title(connection.name)} here="setup">
      <main class="page narrow" id="content">
        <h1>{words.title(connection.name)}</h1>
        <ul class="plain-list">
          {words[side].map((line) => (
            <li>{line}</li>
          ))}
        </ul>
        <form class="row" method="post" action={href(page, `${place}/remove`)}>
          <button class="danger" type="submit">
            {words.yes}
          </button>
          <a class="button quiet" href={href(page, place)}>
            {words.no}
          </a>
        </form>
      </main>
    </Layout>
  )
}
