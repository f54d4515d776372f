import type { Connector } from '@throughline/core/connector.ts'
import type { Child } from 'hono/jsx'
import { Layout } from '../layout.tsx'
import { type Drawn, Live } from '../live.tsx'
import { Mark } from '../mark.tsx'
import { href, type Page, titleOf } from '../page.ts'
import type { Installed, Side } from './state.ts'
import { Health, NoAddress, Status } from './status.tsx'

type Offer = { side: Side; connector: Connector }
type Overview = { page: Page; trouble: Child; offers: Offer[]; connected: Drawn; any: boolean }

export function OverviewPage({ page, trouble, offers, connected, any }: Overview) {
  const { t } = page
  const of = (side: Side) => offers.filter((offer) => offer.side === side)
  const first = offers[0]?.connector
  return (
    <Layout page={page} title={t.setup.title} here="setup">
      <main class="page" id="content">
        <h1>{t.setup.title}</h1>
        {trouble}
        {!any && first && (
          <section class="welcome card">
            <h2>{t.setup.emptyTitle}</h2>
            <p>{t.setup.empty(first.title)}</p>
            <p>{first.hint}</p>
            <a class="button main" href={href(page, `/setup/connect/${first.kind}`)}>
              {t.setup.emptyButton(first.title)}
            </a>
          </section>
        )}
        <Live id="connected" url={href(page, '/setup/live')} seconds={5} drawn={connected} />
        <Offers page={page} title={t.setup.channels} hint={t.setup.channelsHint} offers={of('channel')} />
        <Offers page={page} title={t.setup.tools} hint={t.setup.toolsHint} offers={of('tool')} />
      </main>
    </Layout>
  )
}

export function Connected({ page, all }: { page: Page; all: Installed[] }) {
  if (all.length === 0) return null
  return (
    <section aria-labelledby="connected-title">
      <h2 id="connected-title">{page.t.setup.connected}</h2>
      <ul class="cards">
        {all.map((one) => (
          <ConnectionCard page={page} one={one} />
        ))}
      </ul>
    </section>
  )
}

function ConnectionCard({ page, one }: { page: Page; one: Installed }) {
  const { t } = page
  const { connection, connector } = one
  const place = `/setup/c/${connection.id}`
  return (
    <li class="card connection" id={`c-${connection.id}`}>
      <div class="head">
        <Mark page={page} kind={connection.kind} />
        <div class="grow">
          <h3>
            <a href={href(page, place)}>{connection.name}</a>
          </h3>
          <p class="sub">
            {[titleOf(page, connection.kind), connection.address].filter((word) => word && word !== connection.name).join(' · ')}
          </p>
        </div>
        <Status page={page} status={connection.status} />
      </div>
      {!connector && <p class="warn">{t.setup.notListed}</p>}
      <Health page={page} one={one} />
      <div class="row">
        <a class="button small" href={href(page, place)}>
          {t.setup.actions.details}
        </a>
        <Action page={page} one={one} verb="check" />
        <Action page={page} one={one} verb={connection.status === 'paused' ? 'resume' : 'pause'} />
      </div>
    </li>
  )
}

type Verb = 'check' | 'pause' | 'resume' | 'reconnect'

export const Action = ({ page, one, verb }: { page: Page; one: Installed; verb: Verb }) => (
  <form method="post" action={href(page, `/setup/c/${one.connection.id}/${verb}`)}>
    <button class="small" type="submit" aria-label={`${page.t.setup.actions[verb]}: ${one.connection.name}`}>
      {page.t.setup.actions[verb]}
    </button>
  </form>
)

type Offers = { page: Page; title: string; hint: string; offers: Offer[] }

function Offers({ page, title, hint, offers }: Offers) {
  if (offers.length === 0) return null
  return (
    <section>
      <h2>
        {title} <small>{hint}</small>
      </h2>
      <ul class="cards">
        {offers.map(({ connector }) => (
          <li class="card offer">
            <div class="head">
              <Mark page={page} kind={connector.kind} />
              <h3 class="grow">{connector.title}</h3>
              <a
                class="button small"
                href={href(page, `/setup/connect/${connector.kind}`)}
                aria-label={page.t.setup.form.title(connector.title)}
              >
                {page.t.setup.add}
              </a>
            </div>
            <p class="sub">{connector.hint}</p>
            <NoAddress page={page} connector={connector} />
          </li>
        ))}
      </ul>
    </section>
  )
}
