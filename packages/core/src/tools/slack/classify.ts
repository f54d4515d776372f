import type { ErrorCode, Failure } from '../../connector.ts'
import { isTimeout, isUnsent } from '../../http/outcome.ts'
import { SlackError } from './api.ts'

const AGAIN = { after: 5 }
/** An administrator may set it right (invite the bot, unarchive) while posts wait. */
const MENDABLE = { after: 60 }

type Named = { codes: readonly string[]; code: ErrorCode; again: Failure['again']; words: string } & Partial<Failure>

const NAMED: readonly Named[] = [
  {
    codes: ['thread_not_found', 'message_not_found', 'cannot_reply_to_message'],
    code: 'threadGone',
    again: 'never',
    words: "The customer's thread in Slack was deleted.",
  },
  {
    codes: ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive', 'team_access_not_granted'],
    code: 'unauthorized',
    again: 'never',
    words: 'Slack refuses the bot token: it is wrong, or the app was removed. Paste the token of the installed app.',
    effect: 'unauthorized',
  },
  {
    codes: ['not_in_channel', 'channel_not_found'],
    code: 'notConfigured',
    again: MENDABLE,
    words: 'The bot is not in the Slack channel. Invite it there: /invite and its name.',
  },
  { codes: ['is_archived'], code: 'notConfigured', again: MENDABLE, words: 'The Slack channel is archived.' },
  {
    codes: ['missing_scope', 'no_permission', 'restricted_action', 'restricted_action_thread_only_channel', 'ekm_access_denied'],
    code: 'notConfigured',
    again: MENDABLE,
    words: 'The Slack app may not post here: a scope is missing, or the workspace forbids it. Install it again with all scopes.',
  },
  {
    codes: ['ratelimited', 'rate_limited'],
    code: 'rateLimited',
    again: AGAIN,
    words: 'Slack asks us to slow down.',
  },
  {
    codes: ['message_limit_exceeded'],
    code: 'quotaReached',
    again: MENDABLE,
    words: 'The Slack workspace has used up its messages.',
  },
  {
    codes: ['msg_too_long', 'msg_blocks_too_long'],
    code: 'tooLong',
    again: 'never',
    words: 'The text is too long for Slack.',
  },
  {
    codes: ['fatal_error', 'internal_error', 'service_unavailable', 'team_added_to_org'],
    code: 'providerDown',
    again: AGAIN,
    words: 'Slack has trouble of its own.',
    certain: false,
  },
  {
    codes: ['no_text', 'invalid_blocks', 'invalid_blocks_format', 'invalid_arguments', 'invalid_metadata_format'],
    code: 'badContent',
    again: 'never',
    words: 'Slack does not take this message.',
  },
]

export function classify(error: unknown): Failure {
  if (error instanceof SlackError) return refused(error)
  if (isUnsent(error)) return { code: 'notSent', again: AGAIN, certain: true, words: 'Slack could not be reached.' }
  if (isTimeout(error)) return { code: 'timeout', again: AGAIN, certain: false, words: 'Slack did not answer in time.' }
  return { code: 'unknown', again: AGAIN, certain: false, words: 'The connection to Slack broke off.' }
}

function refused({ code: provider, after, needed }: SlackError): Failure {
  const named = NAMED.find(({ codes }) => codes.includes(provider))
  if (named) {
    const { codes: _codes, again, words, ...rest } = named
    return {
      certain: true,
      ...rest,
      again: again !== 'never' && after !== undefined ? { after } : again,
      words: needed ? `${words} Missing: ${needed}.` : words,
      provider,
    }
  }
  if (/^http_/.test(provider)) {
    const words = 'Slack has trouble of its own.'
    return {
      code: 'providerDown',
      again: { after: after ?? AGAIN.after },
      certain: !/^http_[25]/.test(provider),
      words,
      provider,
    }
  }
  return { code: 'unknown', again: 'never', certain: true, words: `Slack refuses the message: ${provider}.`, provider }
}
