import type { CustomerCard } from '@throughline/core/flow/view.ts'
import { Mark } from '../mark.tsx'
import { type Page, titleOf } from '../page.ts'
import { PIECE } from './pieces.tsx'

/** Where an answer would go now. */
export type Where = { ok: boolean; held?: true; channel?: string; words: string }

export const WhereTo = ({ page, where }: { page: Page; where: Where }) => (
  <p class={where.ok && !where.held ? 'where' : 'where bad'}>
    {where.channel && <Mark page={page} kind={where.channel} small />}
    <span>
      {where.ok && !where.held && <b>{page.t.reply.willGo} </b>}
      {where.words}
    </span>
  </p>
)

type Choice = { page: Page; card: CustomerCard; via?: string; live: string }

/** The identities an answer may go to. A change asks at once what that would mean. */
export const ViaChoice = ({ page, card, via, live }: Choice) => (
  <>
    <label for="via">{page.t.reply.via}</label>
    <select id="via" name="via" hx-get={live} hx-trigger="change" hx-swap="none" hx-include="#seen">
      <option value="">{page.t.reply.viaAuto}</option>
      {card.identities.map((identity) => {
        const state = [identity.optedOut && page.t.side.optedOut, identity.blocked && page.t.side.blocked]
          .filter(Boolean)
          .join(', ')
        return (
          <option value={identity.key} selected={identity.key === via}>
            {`${titleOf(page, identity.channel)} ${identity.address}${state ? ` (${state})` : ''}`}
          </option>
        )
      })}
    </select>
  </>
)

export const SendKey = ({ value, oob = false }: { value: string; oob?: boolean }) => (
  <input type="hidden" id="key" name="key" value={value} autocomplete="off" hx-swap-oob={oob ? 'true' : undefined} />
)

type Box = {
  page: Page
  card: CustomerCard
  action: string
  live: string
  via?: string
  where: Where
  sendKey: string
  text?: string
}

export function ReplyBox({ page, card, action, live, via, where, sendKey, text }: Box) {
  const { t } = page
  return (
    <form
      class="reply"
      method="post"
      action={action}
      enctype="multipart/form-data"
      hx-post={action}
      hx-encoding="multipart/form-data"
      hx-swap="none"
      hx-include="#seen"
      hx-disabled-elt="find button[type=submit]"
      hx-disinherit="*"
      aria-label={t.reply.label}
    >
      <SendKey value={sendKey} />
      <div class="reply-top">
        <fieldset class="modes">
          <legend>{t.reply.mode}</legend>
          <label>
            <input type="radio" name="mode" value="reply" checked /> <span>{t.reply.reply}</span>
          </label>
          <label>
            <input type="radio" name="mode" value="note" id="as-note" /> <span>{t.reply.note}</span>
          </label>
        </fieldset>
        <div class="destination" id={PIECE.where} aria-live="polite">
          <WhereTo page={page} where={where} />
        </div>
        <p class="where note-where">{t.reply.noteWhere}</p>
        <div class="via" id={PIECE.via}>
          <ViaChoice page={page} card={card} via={via} live={live} />
        </div>
      </div>
      <label class="hidden" for="text">
        {t.reply.label}
      </label>
      <div class="writing">
        <textarea
          id="text"
          name="text"
          rows={2}
          maxlength={100_000}
          placeholder={t.reply.placeholder}
          data-draft={card.id}
          dir="auto"
        >
          {text}
        </textarea>
        <div class="reply-end">
          <label class="attach">
            <span class="button small">{t.reply.attach}</span>
            <input type="file" name="file" data-named data-clear />
            <output class="hint" />
          </label>
          <small class="hint">{t.reply.keys}</small>
          <button class="main" type="submit">
            <span class="as-reply">{t.reply.send}</span>
            <span class="as-note">{t.reply.addNote}</span>
          </button>
        </div>
      </div>
    </form>
  )
}
