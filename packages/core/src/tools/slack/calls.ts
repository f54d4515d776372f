import * as z from 'zod/mini'
import type { CallContext, Connection } from '../../connector.ts'
import type { Card, ToolCalls, View } from '../../tool.ts'
import { type Args, call, SlackError } from './api.ts'
import { classify } from './classify.ts'
import { check, connect } from './connect.ts'
import { Data, MARKER } from './data.ts'
import { toSlack } from './text.ts'

const Posted = z.object({ channel: z.string(), ts: z.string() })

/** Slack's limit of one section; longer texts go without blocks. */
const SECTION = 3000
/** Slack cuts texts at 40,000 without a word. */
const LONGEST = 39_000
/** Customers' links and pictures are not fetched into the agents' channel. */
const QUIET = { unfurl_links: false, unfurl_media: false }

/** A message is known by its channel and time. */
const refOf = (answer: unknown): string => {
  const { channel, ts } = Posted.parse(answer)
  return `${channel}:${ts}`
}

function placeOf(thread: string): { channel: string; thread_ts: string } {
  const colon = thread.indexOf(':')
  return { channel: thread.slice(0, colon), thread_ts: thread.slice(colon + 1) }
}

const marked = (about: Record<string, string>) => ({ event_type: MARKER, event_payload: about })

const send = async (args: Args, connection: Connection, context: CallContext): Promise<string> =>
  refOf((await call('chat.postMessage', { ...QUIET, ...args }, connection, context)).body)

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()} […]` : text
}

function root(card: Card): string {
  const now = card.channel ? `now on ${toSlack(card.channel)}` : ''
  const link = card.url ? `<${toSlack(card.url)}|Open in the inbox>` : ''
  return [`*${toSlack(card.name)}*`, ...card.identities.map(toSlack), now, link].filter(Boolean).join('\n')
}

/** `named`: Slack shows the author itself, else the text begins with the name. */
function content(view: View, named: boolean): Args {
  const { author, why, repeated, words } = view
  const said = toSlack(words) || '…'
  const text = cut(named || !author ? said : `*${toSlack(author)}:* ${said}`)
  const small = [why, repeated ? 'This may be here a second time: Slack did not answer the first try.' : '']
    .filter(Boolean)
    .map(String)
  if (small.length === 0) return { text }
  if (text.length > SECTION) return { text: [text, ...small.map((line) => `_${toSlack(line)}_`)].join('\n') }
  const context = small.map((line) => ({ type: 'mrkdwn', text: toSlack(line) }))
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      { type: 'context', elements: context },
    ],
  }
}

export const slackCalls: ToolCalls = {
  connect,
  check,
  classify,

  async open(card, connection, context) {
    const { channel } = Data.parse(connection.data)
    return send({ channel, text: cut(root(card)), metadata: marked({ customer: card.customer }) }, connection, context)
  },

  async post(thread, view, _card, connection, context) {
    const place = { ...placeOf(thread), metadata: marked({ entry: view.entry.id }) }
    const plain = () => send({ ...place, ...content(view, false) }, connection, context)
    if (!Data.parse(connection.data).named || !view.author) return plain()
    try {
      return await send({ ...place, ...content(view, true), username: view.author.slice(0, 80) }, connection, context)
    } catch (error) {
      // The app may be installed without the right to post under another name.
      if (error instanceof SlackError && ['missing_scope', 'not_allowed_token_type'].includes(error.code)) return plain()
      throw error
    }
  },

  async tell(thread, words, connection, context) {
    await send(
      { ...placeOf(thread), text: cut(`_${toSlack(words)}_`), metadata: marked({ tell: 'agents' }) },
      connection,
      context,
    )
  },
}
