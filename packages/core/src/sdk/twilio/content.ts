/** One unit as the fields of Messages.create. */
import type { SendContext, Unit } from '../../channel.ts'
import { isMedia, type MediaPart, type Part } from '../../message.ts'
import { Unsendable } from './errors.ts'

export type Content = {
  body?: string
  mediaUrl?: string[]
  persistentAction?: string[]
  contentSid?: string
  contentVariables?: string
}
type Of<T extends Part['type']> = Extract<Part, { type: T }>

/** `can.media: false`: the number takes no pictures (MMS): a link in the text brings them. `location`, `templates`: WhatsApp alone. */
export type Can = { media: boolean; location: boolean; templates: boolean }

export function contentOf({ parts }: Unit, can: Can, context: Pick<SendContext, 'link'>): Content {
  const [first] = parts
  if (first?.type === 'location' && can.location && parts.length === 1) return placeOf(first)
  if (first?.type === 'template' && can.templates && parts.length === 1) return templateOf(first)
  const body: string[] = []
  const mediaUrl: string[] = []
  for (const part of parts) {
    if (part.type === 'text') body.push(part.text)
    else if (!isMedia(part)) throw new Unsendable(`This channel carries text and files, not a ${part.type}.`)
    else if (can.media) {
      mediaUrl.push(context.link(part.media))
      if (part.caption) body.push(part.caption)
    } else body.push(linked(part, context))
  }
  return { ...(body.length > 0 && { body: body.join('\n') }), ...(mediaUrl.length > 0 && { mediaUrl }) }
}

const linked = (part: MediaPart, context: Pick<SendContext, 'link'>) =>
  [part.caption, part.media.name, context.link(part.media)].filter(Boolean).join('\n')

/** Ten centimetres, never an exponent; the Body is the place's name, and there must be one. */
function placeOf({ latitude, longitude, title, address }: Of<'location'>): Content {
  const degrees = [latitude, longitude].map((value) => String(Number(value.toFixed(6)))).join(',')
  const label = address?.replace(/[|\s]+/g, ' ').trim()
  return { body: title?.trim() || label || degrees, persistentAction: [label ? `geo:${degrees}|${label}` : `geo:${degrees}`] }
}

/** WhatsApp refuses a template whose variables are empty or hold line breaks, tabs or more than three spaces in a row. */
function templateOf({ id, variables }: Of<'template'>): Content {
  const fitted = Object.entries(variables).map(([name, value]) => {
    const fit = value.replace(/[\r\n\t\u2028\u2029]+| {4,}/g, ' ').trim()
    if (fit === '') throw new Unsendable(`The template’s variable ${name} is empty, which WhatsApp refuses.`)
    return [name, fit] as const
  })
  if (!/^HX[0-9a-fA-F]{32}$/.test(id)) throw new Unsendable('A template is named by its Content SID: HX and 32 hex digits.')
  return { contentSid: id, ...(fitted.length > 0 && { contentVariables: JSON.stringify(Object.fromEntries(fitted)) }) }
}
