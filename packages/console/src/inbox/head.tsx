import type { CustomerCard } from '@throughline/core/flow/view.ts'
import { Mark } from '../mark.tsx'
import { href, type Page } from '../page.ts'
import { lasted } from '../times.ts'
import { Act } from './act.tsx'
import { nameOf } from './list.tsx'

type Props = { page: Page; card: CustomerCard; path: (verb: string) => string; agents: (id: string) => string }

/** Who this is, how it stands, and the two things done most often. */
export function Head({ page, card, path, agents }: Props) {
  const { t, viewer } = page
  const mine = card.assignee !== undefined && card.assignee === viewer?.agent.id
  const facts = [
    card.status === 'closed' ? t.inbox.closed : card.waitingSince && t.inbox.waiting(lasted(page, card.waitingSince)),
    card.assignee && t.inbox.assigned(agents(card.assignee)),
  ].filter(Boolean)
  return (
    <>
      <a class="back" href={href(page, '/inbox')} aria-label={t.inbox.back}>
        ←
      </a>
      <div class="grow">
        <h2>
          {nameOf(page, card)}
          {[...new Set(card.identities.map(({ channel }) => channel))].map((channel) => (
            <Mark page={page} kind={channel} small />
          ))}
        </h2>
        <p class="sub">{facts.join(' · ')}</p>
      </div>
      <div class="row">
        <Act action={path('assign')}>
          <input type="hidden" name="to" value={mine ? '' : 'me'} />
          <button class="small" type="submit">
            {mine ? t.side.unassign : t.side.assignMe}
          </button>
        </Act>
        <Act action={path('status')}>
          <input type="hidden" name="status" value={card.status === 'closed' ? 'open' : 'closed'} />
          <button class="small" type="submit">
            {card.status === 'closed' ? t.side.reopen : t.side.close}
          </button>
        </Act>
        <a class="button small to-card" href="#card">
          {t.inbox.details}
        </a>
      </div>
    </>
  )
}
