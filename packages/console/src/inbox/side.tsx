import type { CustomerCard } from '@throughline/core/flow/view.ts'
import { Mark } from '../mark.tsx'
import { href, type Page, titleOf } from '../page.ts'
import { relative } from '../times.ts'
import { Act } from './act.tsx'
import { nameOf } from './list.tsx'

type Props = {
  page: Page
  card: CustomerCard
  path: (verb: string) => string
  connectionName: (id: string) => string | undefined
}

/** The part of the side panel that follows the stream; what one types in lies beside it (SideForms). */
export function Side({ page, card, path, connectionName }: Props) {
  const { t } = page
  return (
    <>
      {card.suggestions.length > 0 && (
        <section class="suggest">
          <h3>{t.side.suggestions}</h3>
          {card.suggestions.map(({ customer, words }) => (
            <form method="post" action={path('merge')} data-joins>
              <p>
                {words} <a href={href(page, `/inbox/${customer}`)}>{t.side.look}</a>
              </p>
              <input type="hidden" name="with" value={customer} />
              <button class="small" type="submit">
                {t.side.mergeSuggested}
              </button>
            </form>
          ))}
        </section>
      )}
      <section>
        <h3>{t.side.identities}</h3>
        <ul class="identities">
          {card.identities.map((identity) => (
            <IdentityRow
              page={page}
              card={card}
              identity={identity}
              connection={identity.connection && connectionName(identity.connection)}
            />
          ))}
        </ul>
      </section>
      <section>
        <h3>{t.side.tags}</h3>
        {card.tags.length === 0 && <p class="old">{t.side.noTags}</p>}
        <ul class="tags">
          {card.tags.map((tag) => (
            <li class="tag">
              {tag}
              <Act action={path('tag')}>
                <input type="hidden" name="remove" value={tag} />
                <button type="submit" class="x" aria-label={t.side.removeTag(tag)}>
                  ×
                </button>
              </Act>
            </li>
          ))}
        </ul>
      </section>
      <Pairs title={t.side.fields} pairs={card.fields} />
      <Pairs title={t.side.external} pairs={card.externalIds} />
    </>
  )
}

function Pairs({ title, pairs }: { title: string; pairs: Record<string, unknown> }) {
  const all = Object.entries(pairs)
  if (all.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <dl class="pairs">
        {all.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

type Row = { page: Page; card: CustomerCard; identity: CustomerCard['identities'][number]; connection?: string }

function IdentityRow({ page, card, identity, connection }: Row) {
  const { t, now } = page
  const { windowClosesAt, lastInAt, proven = [] } = identity
  const facts = [
    card.current?.identity === identity.key && t.side.current,
    lastInAt && t.side.lastIn(relative(page, lastInAt)),
    windowClosesAt && (Date.parse(windowClosesAt) > now ? t.side.window(relative(page, windowClosesAt)) : t.side.windowClosed),
    connection && t.side.by(connection),
    ...proven.map((what) => t.side.proven(what.slice(what.indexOf(':') + 1))),
  ].filter(Boolean)
  return (
    <li class="identity">
      <Mark page={page} kind={identity.channel} />
      <div class="grow">
        <p class="address">
          {identity.name && identity.name !== card.name ? `${identity.name} · ${identity.address}` : identity.address}
        </p>
        <p class="sub">{facts.join(' · ')}</p>
        {identity.optedOut && <p class="bad">{t.side.optedOut}</p>}
        {identity.blocked && <p class="bad">{t.side.blocked}</p>}
      </div>
    </li>
  )
}

type Forms = { page: Page; card: CustomerCard; path: (verb: string) => string; others: CustomerCard[] }

export function SideForms({ page, card, path, others }: Forms) {
  const { t } = page
  return (
    <>
      <Act action={path('tag')} class="inline">
        <label for="tag-add">{t.side.addTag}</label>
        <input id="tag-add" name="add" maxlength={60} required data-clear />
        <button class="small" type="submit">
          {t.side.add}
        </button>
      </Act>
      <Act action={path('name')} class="inline">
        <label for="rename">{t.side.name}</label>
        <input id="rename" name="name" maxlength={120} required value={card.name} />
        <button class="small" type="submit">
          {t.side.rename}
        </button>
      </Act>
      <details class="merge">
        <summary>{t.side.merge}</summary>
        <p class="hint">{t.side.mergeHint}</p>
        <form class="inline" method="post" action={path('merge')} data-joins>
          <label for="merge-with">{t.side.mergePick}</label>
          <select
            id="merge-with"
            name="with"
            required
            hx-get={path('others')}
            hx-trigger="toggle from:closest details"
            hx-swap="innerHTML"
          >
            <Others page={page} others={others} />
          </select>
          <button class="small" type="submit">
            {t.side.mergeButton}
          </button>
        </form>
      </details>
    </>
  )
}

/** Asked for again whenever the list is opened: somebody may have written since. */
export const Others = ({ page, others }: Pick<Forms, 'page' | 'others'>) => (
  <>
    <option value="">{others.length === 0 ? page.t.side.mergeNone : ''}</option>
    {others.map((other) => {
      const [first] = other.identities
      const words = [nameOf(page, other), first && titleOf(page, first.channel), first?.address]
      return <option value={other.id}>{words.filter(Boolean).join(' · ')}</option>
    })}
  </>
)
