import { signLink } from '@throughline/core/blobs/link.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { Layout } from '../layout.tsx'
import { Trouble } from '../notice.tsx'
import { href, type Page } from '../page.ts'
import { Head } from './head.tsx'
import { CustomerList, nameOf, queryOf, SHOWS } from './list.tsx'
import { drawAll, inside, PIECE, type Pieces, Seen } from './pieces.tsx'
import type { Look } from './read.ts'
import { ReplyBox, ViaChoice, WhereTo } from './reply.tsx'
import { Side, SideForms } from './side.tsx'
import { Stream } from './stream.tsx'

const DAY = 86_400

/** The same address all day, so that a picture is no news. */
const linkTo = (hub: Hub) => (blob: string) => `/media/${signLink(hub, blob, (Math.floor(hub.now() / 1000 / DAY) + 2) * DAY)}`

export const pathOf = (page: Page, look: Look, customer: string) => (verb: string) =>
  href(page, `/inbox/${customer}/${verb}`, queryOf(look.filter))

/** `first`: an empty frame opens the first customer who writes by itself. */
export const liveOf = (page: Page, look: Look) =>
  href(page, '/inbox/live', {
    first: page.embed && look.customers.length === 0 ? '1' : undefined,
    ...queryOf(look.filter),
    c: look.opened?.card.id,
    all: look.opened?.all ? '1' : undefined,
  })

export function piecesOf(hub: Hub, page: Page, look: Look): Pieces {
  const { filter, customers, more, opened } = look
  const list = <CustomerList page={page} filter={filter} customers={customers} selected={opened?.card.log} more={more} />
  if (!opened) return drawAll({ list })
  const { card, entries, deliveries, meanings, where, via, connectionName } = opened
  const path = pathOf(page, look, card.id)
  const agents = agentNames(page, look)
  return drawAll({
    list,
    head: <Head page={page} card={card} path={path} agents={agents} />,
    stream: (
      <Stream
        page={page}
        customer={nameOf(page, card)}
        entries={entries}
        deliveries={deliveries}
        meanings={meanings}
        link={linkTo(hub)}
        agents={agents}
      />
    ),
    side: <Side page={page} card={card} path={path} connectionName={connectionName} />,
    where: <WhereTo page={page} where={where} />,
    via: <ViaChoice page={page} card={card} via={via} live={liveOf(page, look)} />,
  })
}

/** As far as this conversation knows them. */
function agentNames(page: Page, { opened }: Look): (id: string) => string {
  const names = new Map(opened?.entries.flatMap(({ author }) => (author?.name ? [[author.id, author.name] as const] : [])))
  return (id) => (id === page.viewer?.agent.id ? page.t.inbox.you : (names.get(id) ?? id))
}

type Props = { page: Page; look: Look; pieces: Pieces; sendKey: string; text?: string; problem?: string }

export function InboxPage({ page, look, pieces, sendKey, text, problem }: Props) {
  const { t } = page
  const { opened } = look
  const title = opened ? nameOf(page, opened.card) : t.inbox.title
  return (
    <Layout page={page} title={title} here="inbox">
      <main class={opened ? 'desk opened' : 'desk'} id="content">
        <h1 class="hidden">{t.inbox.title}</h1>
        <div hidden hx-get={liveOf(page, look)} hx-trigger="every 2s" hx-swap="none" hx-include="#seen, #via" />
        <Seen pieces={pieces} />
        <section class="left" aria-label={t.inbox.customers}>
          <Filters page={page} look={look} />
          <div class="scroll" id={PIECE.list}>
            {inside(pieces, 'list')}
          </div>
        </section>
        {!opened && (
          <section class="middle none">
            <p class="empty">{t.inbox.pick}</p>
          </section>
        )}
        {opened && (
          <section class="middle" aria-label={t.inbox.log(title)}>
            <div class="head" id={PIECE.head}>
              {inside(pieces, 'head')}
            </div>
            <div class="scroll" id="scroll" tabindex={0}>
              <div class="log">
                {opened.earlier && (
                  <p class="earlier">
                    <a href={href(page, `/inbox/${opened.card.id}`, { ...queryOf(look.filter), all: '1' })}>{t.inbox.earlier}</a>
                  </p>
                )}
                <div role="log" aria-label={t.inbox.log(title)} id={PIECE.stream}>
                  {inside(pieces, 'stream')}
                </div>
              </div>
            </div>
            <div id="notice" class="notices">
              {problem && <Trouble words={problem} />}
            </div>
            <ReplyBox
              page={page}
              card={opened.card}
              action={pathOf(page, look, opened.card.id)('reply')}
              live={liveOf(page, look)}
              via={opened.via}
              where={opened.where}
              sendKey={sendKey}
              text={text}
            />
          </section>
        )}
        {opened && (
          <aside class="side" id="card" aria-label={t.side.title}>
            <a class="button small back-to-log" href="#content">
              {t.inbox.hideDetails}
            </a>
            <div id={PIECE.side}>{inside(pieces, 'side')}</div>
            <SideForms
              page={page}
              card={opened.card}
              path={pathOf(page, look, opened.card.id)}
              others={look.customers.filter(({ id }) => id !== opened.card.log)}
            />
          </aside>
        )}
      </main>
    </Layout>
  )
}

function Filters({ page, look }: { page: Page; look: Look }) {
  const { t } = page
  const { show, q } = look.filter
  return (
    <div class="filters">
      <search>
        <form class="search" method="get" action="/inbox">
          {page.embed && <input type="hidden" name="embed" value="1" />}
          {show !== 'open' && <input type="hidden" name="show" value={show} />}
          <label class="hidden" for="q">
            {t.inbox.search}
          </label>
          <input id="q" type="search" name="q" value={q ?? ''} placeholder={t.inbox.searchHint} />
        </form>
      </search>
      <nav class="shows" aria-label={t.inbox.showLabel}>
        {SHOWS.map((each) => (
          <a href={href(page, '/inbox', queryOf({ show: each, q }))} aria-current={each === show ? 'true' : undefined}>
            {t.inbox.show[each]}
          </a>
        ))}
      </nav>
    </div>
  )
}
