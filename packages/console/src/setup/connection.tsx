import type { Check } from '@throughline/core/connector.ts'
import { Layout } from '../layout.tsx'
import { type Drawn, Live } from '../live.tsx'
import { Mark } from '../mark.tsx'
import { href, type Page, titleOf } from '../page.ts'
import { relative } from '../times.ts'
import { Action } from './overview.tsx'
import type { Installed } from './state.ts'
import { Health, Status } from './status.tsx'

type Props = { page: Page; one: Installed; steps: Drawn; checks?: Check[] }

export function ConnectionPage({ page, one, steps, checks }: Props) {
  const { t } = page
  const { connection, connector } = one
  const place = `/setup/c/${connection.id}`
  return (
    <Layout page={page} title={connection.name} here="setup">
      <main class="page narrow" id="content">
        <p class="crumb">
          <a href={href(page, '/setup')}>{t.setup.title}</a>
        </p>
        <h1 class="with-mark">
          <Mark page={page} kind={connection.kind} />
          {connection.name}
        </h1>
        <dl class="facts card">
          <dt>{t.setup.kind}</dt>
          <dd>{titleOf(page, connection.kind)}</dd>
          {connection.address && <dt>{t.setup.address}</dt>}
          {connection.address && <dd>{connection.address}</dd>}
          <dt>{t.setup.webhook}</dt>
          <dd>
            <code id="hook">{connection.hookUrl}</code>{' '}
            <button class="small quiet" type="button" data-copy="#hook" data-copied={t.setup.once.copied}>
              {t.setup.once.copy}
            </button>
            <small class="hint">{t.setup.webhookHint}</small>
          </dd>
        </dl>
        {checks && <Checks page={page} checks={checks} />}
        <Live id="steps" url={href(page, `${place}/steps`)} seconds={2} drawn={steps} />
        <section class="row" aria-label={t.setup.actions.title}>
          <Action page={page} one={one} verb="check" />
          <Action page={page} one={one} verb={connection.status === 'paused' ? 'resume' : 'pause'} />
          {connector && <Action page={page} one={one} verb="reconnect" />}
          {connector && (
            <a class="button small" href={href(page, `${place}/change`)}>
              {t.setup.actions.change}
            </a>
          )}
          <a class="button small danger" href={href(page, `${place}/remove`)}>
            {t.setup.actions.remove}
          </a>
        </section>
      </main>
    </Layout>
  )
}

const Checks = ({ page, checks }: { page: Page; checks: Check[] }) => (
  <section class="card checks" role="status">
    <h2>{page.t.setup.checks.title}</h2>
    {checks.length === 0 && <p>{page.t.setup.checks.none}</p>}
    <ul>
      {checks.map(({ ok, words }) => (
        <li class={ok ? 'good' : 'bad'}>
          <strong>{ok ? page.t.setup.checks.ok : page.t.setup.checks.wrong}</strong> {words}
        </li>
      ))}
    </ul>
  </section>
)

/** 1 connected, 2 something came, 3 something went: ticked while one looks. */
export function Steps({ page, one }: { page: Page; one: Installed }) {
  const { t } = page
  const { connection, health, side } = one
  const words = t.setup.steps[side]
  const { inAt, outAt } = health
  // A customer's message comes in by a channel and goes out to a tool.
  const first = side === 'channel' ? inAt : outAt
  const second = side === 'channel' ? outAt : inAt
  return (
    <section class="card steps">
      <div class="head">
        <h2 class="grow">{t.setup.steps.title}</h2>
        <Status page={page} status={connection.status} />
      </div>
      <ol>
        <li class="done">{t.setup.steps.connected(connection.address)}</li>
        <Step page={page} at={first} todo={words.write(connection.address)} done={words.written} now />
        <Step page={page} at={second} todo={words.answer} done={words.answered} now={first !== undefined} />
      </ol>
      <Health page={page} one={one} trouble />
      {first && side === 'channel' && (
        <p>
          {second && t.setup.steps.done}
          <a class="button small" href="/inbox">
            {t.setup.steps.inbox}
          </a>
        </p>
      )}
    </section>
  )
}

type Step = { page: Page; at?: string; todo: string; done: string; now: boolean }

const Step = ({ page, at, todo, done, now }: Step) =>
  at ? (
    <li class="done">
      {done} <small>{relative(page, at)}</small>
    </li>
  ) : (
    <li class={now ? 'now' : 'later'}>
      {todo} {now && <small class="waiting">{page.t.setup.steps.waiting}</small>}
    </li>
  )
