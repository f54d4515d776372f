import type { CustomerCard } from '@throughline/core/flow/view.ts'
import { Mark } from '../mark.tsx'
import { href, type Page } from '../page.ts'
import { brief, full, lasted } from '../times.ts'

/** A row is one line high; the rest of them stands beside the conversation. */
const SHOWN_TAGS = 3

export const SHOWS = ['open', 'mine', 'closed', 'all'] as const
export type Show = (typeof SHOWS)[number]
/** What the list shows, kept in every address of the inbox. */
export type Filter = { show: Show; q?: string }

export const filterOf = (show: string | undefined, q: string | undefined): Filter => ({
  show: SHOWS.find((known) => known === show) ?? 'open',
  q: q?.trim() || undefined,
})
export const queryOf = ({ show, q }: Filter) => ({ show: show === 'open' ? undefined : show, q })

type Props = { page: Page; filter: Filter; customers: CustomerCard[]; selected?: string; more: boolean }

export function CustomerList({ page, filter, customers, selected, more }: Props) {
  const { t } = page
  if (customers.length === 0) return <p class="empty">{filter.q ? t.inbox.none.search : t.inbox.none[filter.show]}</p>
  return (
    <>
      <ul class="customers">
        {customers.map((card) => (
          <CustomerRow page={page} filter={filter} card={card} here={card.id === selected} />
        ))}
      </ul>
      {more && <p class="empty">{t.inbox.moreThere}</p>}
    </>
  )
}

type Row = { page: Page; filter: Filter; card: CustomerCard; here: boolean }

function CustomerRow({ page, filter, card, here }: Row) {
  const { t } = page
  const channel = card.current?.channel ?? card.identities[0]?.channel
  const name = nameOf(page, card)
  return (
    <li id={`row-${card.id}`}>
      <a
        class={`customer${card.unread > 0 ? ' unread' : ''}`}
        href={href(page, `/inbox/${card.id}`, queryOf(filter))}
        aria-current={here ? 'true' : undefined}
      >
        {channel && <Mark page={page} kind={channel} />}
        <span class="grow">
          <span class="first">
            <strong class="name">{name}</strong>
            {card.lastAt && (
              <time datetime={card.lastAt} title={full(page, card.lastAt)}>
                {brief(page, card.lastAt)}
              </time>
            )}
          </span>
          <span class="second">
            <span class="preview" dir="auto">
              {card.preview}
            </span>
            {card.unread > 0 && (
              <span class="count" role="img" aria-label={t.inbox.unread(card.unread)}>
                {card.unread > 99 ? '99+' : card.unread}
              </span>
            )}
          </span>
          <span class="third">
            {card.status === 'closed' && <span>{t.inbox.closed}</span>}
            {card.status === 'open' && card.waitingSince && (
              <span class="waits">{t.inbox.waiting(lasted(page, card.waitingSince))}</span>
            )}
            {card.tags.slice(0, SHOWN_TAGS).map((tag) => (
              <span class="tag">{tag}</span>
            ))}
            {card.tags.length > SHOWN_TAGS && <span class="tag">+{card.tags.length - SHOWN_TAGS}</span>}
          </span>
        </span>
      </a>
    </li>
  )
}

export const nameOf = (page: Page, card: CustomerCard): string =>
  card.name || card.identities.find((identity) => identity.name)?.name || card.identities[0]?.address || page.t.inbox.noName
