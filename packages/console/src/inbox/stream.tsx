import type { Entry, MessageEntry } from '@throughline/core/entry.ts'
import type { DeliveryView } from '@throughline/core/flow/timeline.ts'
import { Mark } from '../mark.tsx'
import { type Page, titleOf } from '../page.ts'
import { clock, dayWords, full } from '../times.ts'
import { authorName, type Line, linesOf } from './line.ts'
import { Linked, PartView } from './part.tsx'
import { isMessage, itemsOf, saidAt, type Told, tell } from './told.ts'

export type Shown = {
  page: Page
  customer: string
  entries: Entry[]
  deliveries: Record<string, DeliveryView>
  meanings: Record<string, string>
  link: (blob: string) => string
  agents: (id: string) => string
}

export function Stream(shown: Shown) {
  const { page, entries } = shown
  const told = tell(entries)
  const items = itemsOf(page, entries, told)
  if (items.length === 0) return <p class="empty">{page.t.inbox.empty}</p>
  return (
    <ol class="entries">
      {items.map((item) =>
        'day' in item ? (
          <li class="day" id={`day-${item.day}`}>
            <time datetime={item.day}>{dayWords(page, item.at)}</time>
          </li>
        ) : (
          <EntryView shown={shown} entry={item.entry} told={told} />
        ),
      )}
    </ol>
  )
}

type One<E extends Entry = Entry> = { shown: Shown; entry: E; told: Told }

function EntryView({ shown, entry, told }: One) {
  if (isMessage(entry)) return <Message shown={shown} entry={entry} told={told} />
  const { page, customer, agents } = shown
  if (entry.kind === 'note') {
    return (
      <li class="entry note" id={`e-${entry.id}`}>
        <p class="meta">
          <strong>{authorName(page, entry.author)}</strong> {page.t.entry.note} <When page={page} at={entry.at} />
        </p>
        <p class="text" dir="auto">
          <Linked text={entry.data.text} />
        </p>
      </li>
    )
  }
  return (
    <>
      {settled(shown, entry, linesOf(page, entry, customer, agents)).map((line, index) => (
        <li class={`line ${line.tone ?? ''}`} id={`e-${entry.id}-${index}`}>
          {entry.channel && <Mark page={page} kind={entry.channel} small />}
          <span>
            {line.words}
            {line.url && /^https?:/.test(line.url) && (
              <>
                {' '}
                <Linked text={line.url} />
              </>
            )}
          </span>
          {line.more && <q>{line.more}</q>}
          <When page={page} at={entry.at} />
        </li>
      ))}
    </>
  )
}

/** Nobody knew whether it arrived; a receipt that came later said so. */
function settled({ page, deliveries }: Shown, entry: Entry, lines: Line[]): Line[] {
  const state = entry.kind === 'failure' ? deliveries[entry.data.entry]?.state : undefined
  if (state !== 'delivered' && state !== 'read') return lines
  return lines.map(({ words }) => ({ words: page.t.entry.arrivedLater(words) }))
}

const When = ({ page, at }: { page: Page; at: string }) => (
  <time datetime={at} title={full(page, at)}>
    {clock(page, at)}
  </time>
)

function Message({ shown, entry, told }: One<MessageEntry>) {
  const { page, customer, deliveries, meanings, link } = shown
  const { t } = page
  const out = entry.direction === 'out'
  const delivery = out ? deliveries[entry.id] : undefined
  const channel = entry.channel ?? delivery?.decision?.chosen?.channel
  const parts = told.edits.get(entry.id) ?? entry.parts
  const gone = told.deleted.has(entry.id)
  const marks = [
    channel && titleOf(page, channel),
    entry.author?.kind === 'rule' && t.entry.automatic,
    entry.data?.automatic && t.entry.machine,
    told.edits.has(entry.id) && t.entry.wasEdited,
    gone && t.entry.wasDeleted,
  ].filter(Boolean)
  return (
    <li class={`entry message ${entry.direction}${gone ? ' gone' : ''}`} id={`e-${entry.id}`}>
      <p class="meta">
        {channel && <Mark page={page} kind={channel} small />}
        <strong>{out ? authorName(page, entry.author) : customer}</strong>
        <span>{marks.join(' · ')}</span>
        {entry.data?.unverified && <span class="flag">{t.entry.unverified}</span>}
        <When page={page} at={saidAt(entry)} />
      </p>
      <div class="bubble">
        {entry.data?.subject && <p class="subject">{entry.data.subject}</p>}
        {parts.map((part, index) => (
          <PartView page={page} part={part} fetched={told.media.get(`${entry.id}/${index}`)} link={link} />
        ))}
        {meanings[entry.id] && (
          <p class="text other" dir="auto">
            ({meanings[entry.id]})
          </p>
        )}
      </div>
      {told.reactions.get(entry.id)?.length ? <p class="reactions">{told.reactions.get(entry.id)?.join(' ')}</p> : null}
      {out && <Delivered page={page} delivery={delivery} />}
    </li>
  )
}

const BAD: ReadonlySet<DeliveryView['state']> = new Set(['failed', 'refused', 'unknown'])

/** What became of it, and the one sentence why it went there. */
function Delivered({ page, delivery }: { page: Page; delivery?: DeliveryView }) {
  const state = delivery?.state ?? 'pending'
  return (
    <p class={`fate ${BAD.has(state) ? 'bad' : ''}`}>
      <span class={`tick ${state}`}>{page.t.delivery[state]}</span>
      {delivery?.words && <span class="why">{delivery.words}</span>}
    </p>
  )
}
