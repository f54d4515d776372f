/** A decision in one sentence, from its data alone. */
import type { Decision, Held, Refused } from './decision.ts'

export type Language = 'en' | 'ru'

/** "Viber, because they wrote there 2 minutes ago; WhatsApp's window closed yesterday." */
export function explain(decision: Decision, language: Language, now: number): string {
  const words = WORDS[language]
  const ago = (at: string) => relative(at, now, language)
  const notable = decision.refused.filter((one) => one.why !== 'behind' && one.why !== 'notAsked')
  const why = notable.map((one) => words.refused(one, ago))
  const { chosen, held } = decision
  if (held) return `${[words.held(held.title, held.status), ...why].join('; ')}.`
  if (!chosen) {
    if (decision.refused.length === 0) return words.nobody
    const asked = decision.refused.filter((one) => one.why === 'notAsked').map((one) => one.title)
    return `${[words.nothing, ...why].join('; ')}${asked.length > 0 && why.length === 0 ? `; ${words.via(asked)}` : ''}.`
  }
  return `${[words.chosen(chosen.title, chosen.reason, chosen.lastInAt && ago(chosen.lastInAt)), ...why].join('; ')}.`
}

/** "2 minutes ago", "yesterday": the largest unit that says something. */
export function relative(at: string, now: number, language: Language): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000)
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const units = [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  for (const [unit, length] of units) if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit)
  return WORDS[language].now
}

type Ago = (at: string) => string
type Words = {
  now: string
  chosen: (title: string, reason: string, ago: string | undefined) => string
  held: (title: string, status: Held['status']) => string
  refused: (one: Refused, ago: Ago) => string
  nothing: string
  nobody: string
  via: (titles: string[]) => string
}

const WORDS: Record<Language, Words> = {
  en: {
    now: 'just now',
    chosen: (title, reason, ago) => {
      switch (reason) {
        case 'via':
          return `${title}, because the agent chose it`
        case 'current':
          return `${title}, because they wrote there ${ago ?? 'last'}`
        case 'wish':
          return `${title}, because they asked to be answered there`
        case 'order':
          return `${title}, because it comes first in the configured order`
        default:
          return `${title}, because it is the most recent that works`
      }
    },
    held: (title, status) =>
      status === 'paused'
        ? `${title} is paused; resume it and this goes out`
        : `${title}'s access was revoked; connect it again and this goes out`,
    refused: (one, ago) => {
      switch (one.why) {
        case 'optedOut':
          return `they opted out of ${one.title}`
        case 'blocked':
          return `they blocked us on ${one.title}`
        case 'unanswerable':
          return `${one.title} takes no answers to ${one.address}`
        case 'disconnected':
          return `${one.title} is ${one.detail === 'paused' ? 'paused' : 'not connected'}`
        case 'windowClosed':
          return one.detail ? `${one.title}'s window closed ${ago(one.detail)}` : `${one.title}'s window never opened`
        case 'cannotWriteFirst':
          return `${one.title} does not let us write first`
        case 'failed':
          return `${one.title} failed for this reply`
        default:
          return `${one.title} cannot carry this reply`
      }
    },
    nothing: 'Nowhere to send',
    nobody: 'Nowhere to send: this customer has no address on a connected channel.',
    via: (titles) => `the agent asked for another channel than ${titles.join(', ')}`,
  },
  ru: {
    now: 'только что',
    chosen: (title, reason, ago) => {
      switch (reason) {
        case 'via':
          return `${title}: так выбрал сотрудник`
        case 'current':
          return `${title}: оттуда написали ${ago ?? 'в последний раз'}`
        case 'wish':
          return `${title}: клиент просил отвечать там`
        case 'order':
          return `${title}: первый по настройке`
        default:
          return `${title}: последний из доступных`
      }
    },
    held: (title, status) =>
      status === 'paused'
        ? `${title}: на паузе; возобновите, и сообщение уйдёт`
        : `${title}: доступ отозван; подключите снова, и сообщение уйдёт`,
    refused: (one, ago) => {
      switch (one.why) {
        case 'optedOut':
          return `${one.title}: клиент отписался`
        case 'blocked':
          return `${one.title}: клиент нас заблокировал`
        case 'unanswerable':
          return `${one.title}: на ${one.address} ответить нельзя`
        case 'disconnected':
          return `${one.title}: ${one.detail === 'paused' ? 'на паузе' : 'не подключён'}`
        case 'windowClosed':
          return one.detail ? `${one.title}: окно закрылось ${ago(one.detail)}` : `${one.title}: окно не открывалось`
        case 'cannotWriteFirst':
          return `${one.title}: нельзя написать первыми`
        case 'failed':
          return `${one.title}: этот ответ не ушёл`
        default:
          return `${one.title}: не передаёт такое сообщение`
      }
    },
    nothing: 'Отправить некуда',
    nobody: 'Отправить некуда: у клиента нет адреса ни в одном подключённом канале.',
    via: (titles) => `сотрудник просил другой канал, а не ${titles.join(', ')}`,
  },
}
