/** The emoji that Telegram takes as a reaction, and no other. */
import type { ReactionType, ReactionTypeEmoji } from 'grammy/types'
import { VisibleError } from '../../error.ts'

type Emoji = ReactionTypeEmoji['emoji']

export const REACTIONS: readonly Emoji[] = [
  '❤',
  '👍',
  '👎',
  '🔥',
  '🥰',
  '👏',
  '😁',
  '🤔',
  '🤯',
  '😱',
  '🤬',
  '😢',
  '🎉',
  '🤩',
  '🤮',
  '💩',
  '🙏',
  '👌',
  '🕊',
  '🤡',
  '🥱',
  '🥴',
  '😍',
  '🐳',
  '❤‍🔥',
  '🌚',
  '🌭',
  '💯',
  '🤣',
  '⚡',
  '🍌',
  '🏆',
  '💔',
  '🤨',
  '😐',
  '🍓',
  '🍾',
  '💋',
  '🖕',
  '😈',
  '😴',
  '😭',
  '🤓',
  '👻',
  '👨‍💻',
  '👀',
  '🎃',
  '🙈',
  '😇',
  '😨',
  '🤝',
  '✍',
  '🤗',
  '🫡',
  '🎅',
  '🎄',
  '☃',
  '💅',
  '🤪',
  '🗿',
  '🆒',
  '💘',
  '🙉',
  '🦄',
  '😘',
  '💊',
  '🙊',
  '😎',
  '👾',
  '🤷‍♂',
  '🤷',
  '🤷‍♀',
  '😡',
]

/** Keyboards write many of them with a variation selector, Telegram without. */
const bare = (emoji: string) => emoji.replaceAll('\ufe0f', '')
const BY_BARE = new Map<string, Emoji>(REACTIONS.map((emoji) => [bare(emoji), emoji]))

/** One at a time: a bot has no more. Empty: taken back. */
export function reactionOf(emoji: string): ReactionType[] {
  if (emoji === '') return []
  const known = BY_BARE.get(bare(emoji))
  if (known === undefined) throw new VisibleError(422, 'unsupported', 'Telegram does not know this emoji as a reaction.')
  return [{ type: 'emoji', emoji: known }]
}
