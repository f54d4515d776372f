/** Proving the token and finding the channel. Slack has no call that sets the Request URL: the administrator pastes it. */
import * as z from 'zod/mini'
import type { CallContext, Check, Connected, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { call, SlackError } from './api.ts'
import { classify } from './classify.ts'
import type { Data } from './data.ts'
import { Settings } from './index.ts'

const Who = z.object({ team_id: z.string(), user_id: z.string(), team: z.optional(z.string()), user: z.optional(z.string()) })
const Channel = z.object({ id: z.string(), name: z.optional(z.string()), is_member: z.optional(z.boolean()) })
type Channel = z.infer<typeof Channel>
const Info = z.object({ channel: Channel })
const Page = z.object({
  channels: z.array(Channel),
  response_metadata: z.optional(z.object({ next_cursor: z.optional(z.string()) })),
})

async function whoAmI(connection: Connection, context: CallContext) {
  const { body, scopes } = await call('auth.test', {}, connection, context)
  return { ...Who.parse(body), scopes }
}

const MOST_PAGES = 20

async function findChannel(connection: Connection, context: CallContext): Promise<Channel> {
  const wanted = Settings.parse(connection.settings).channel.replace(/^#/, '')
  if (/^[CGD][A-Z0-9]{5,}$/.test(wanted)) return info(wanted, connection, context)
  const found = await everywhere(wanted, connection, context)
  if (found) return info(found.id, connection, context)
  throw new VisibleError(
    422,
    'unknown_channel',
    `The bot sees no channel #${wanted}. If it is private, invite the bot there first.`,
  )
}

/** An app that has no scope for private channels is asked for the public ones alone. */
async function everywhere(name: string, connection: Connection, context: CallContext): Promise<Channel | undefined> {
  try {
    return await byName(name, 'public_channel,private_channel', connection, context)
  } catch (error) {
    if (error instanceof SlackError && error.code === 'missing_scope') return byName(name, 'public_channel', connection, context)
    throw error
  }
}

async function byName(name: string, types: string, connection: Connection, context: CallContext): Promise<Channel | undefined> {
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const args = { types, exclude_archived: true, limit: 1000, cursor }
    const { channels, response_metadata: more } = Page.parse((await call('conversations.list', args, connection, context)).body)
    const found = channels.find((channel) => channel.name === name)
    if (found) return found
    cursor = more?.next_cursor || undefined
    if (cursor === undefined) break
  }
  return undefined
}

/** conversations.list knows membership too, but only info tells it for certain. */
async function info(channel: string, connection: Connection, context: CallContext): Promise<Channel> {
  return Info.parse((await call('conversations.info', { channel }, connection, context)).body).channel
}

/** Public channels may be joined by ourselves where the app has the scope; into others somebody has to invite us. */
async function join(channel: Channel, connection: Connection, context: CallContext): Promise<boolean> {
  if (channel.is_member) return true
  try {
    const { body } = await call('conversations.join', { channel: channel.id }, connection, context)
    return Info.parse(body).channel.is_member !== false
  } catch (error) {
    if (error instanceof SlackError && ['notConfigured', 'unknown'].includes(classify(error).code)) return false
    throw error
  }
}

const titleOf = (channel: Channel) => `#${channel.name ?? channel.id}`
const invite = (channel: Channel, bot = 'the bot') => `Invite the bot to ${titleOf(channel)}: write "/invite @${bot}" there.`

export async function connect(connection: Connection, context: CallContext): Promise<Connected> {
  const who = await whoAmI(connection, context)
  const channel = await findChannel(connection, context)
  if (!(await join(channel, connection, context)))
    throw new VisibleError(422, 'not_in_channel', `${invite(channel, who.user)} Then try again.`)
  const data: Data = { user: who.user_id, channel: channel.id, named: who.scopes?.includes('chat:write.customize') ?? true }
  return { account: who.team_id, address: titleOf(channel), name: `Slack ${titleOf(channel)}`, data }
}

export async function check(connection: Connection, context: CallContext): Promise<Check[]> {
  const checks: Check[] = []
  try {
    const who = await whoAmI(connection, context)
    checks.push({ name: 'Bot token', ok: true, words: `Signed in as @${who.user ?? who.user_id} of ${who.team ?? who.team_id}.` })
    const channel = await findChannel(connection, context)
    const member = channel.is_member === true
    checks.push({ name: 'Channel', ok: member, words: member ? `The bot is in ${titleOf(channel)}.` : invite(channel, who.user) })
  } catch (error) {
    const words = error instanceof VisibleError ? error.words : classify(error).words
    checks.push({ name: checks.length ? 'Channel' : 'Bot token', ok: false, words })
  }
  return checks
}
