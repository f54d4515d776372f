/** What a form of Twilio's says, as parts: first what is not the customer's own word (an advertisement, a forward), then theirs. */
import type { Part } from '../../message.ts'
import { type Form, field } from './form.ts'
import { isCard } from './vcard.ts'

/** More than one message of any channel holds. */
const MOST_FILES = 10

/** `captions`: the Body beside one attachment is its caption. */
export function partsOf(form: Form, captions: boolean): Part[] {
  const own = [...said(form, captions), ...placeOf(form), ...chosen(form), ...filled(form)]
  return [...referred(form), ...forwarded(form), ...(own.length > 0 ? own : [nothing(form)])]
}

function said(form: Form, captions: boolean): Part[] {
  const text = field(form, 'Body') ?? field(form, 'ButtonText') ?? field(form, 'ListTitle')
  const value = field(form, 'ButtonPayload') ?? field(form, 'ListId')
  const files = filesOf(form)
  const [only] = files
  if (!text) return files
  if (!only || files.length > 1 || !captions) return [{ type: 'text', text, ...(value && { value }) }, ...files]
  // A WhatsApp document's Body is its file name.
  if (only.type === 'file' && /^[^\n]{1,200}\.\w{1,5}$/.test(text)) return [{ ...only, media: { ...only.media, name: text } }]
  const mute = only.type === 'audio' || isCard(only.media.mime)
  return mute ? [{ type: 'text', text }, only] : [{ ...only, caption: text }]
}

type File = { type: 'image' | 'video' | 'audio' | 'file'; media: { ref: string; mime?: string; name?: string }; caption?: string }

function filesOf(form: Form): File[] {
  const files: File[] = []
  const count = Math.min(Number(field(form, 'NumMedia') ?? 0) || 0, MOST_FILES)
  for (let index = 0; index < count; index++) {
    const ref = field(form, `MediaUrl${index}`)
    const mime = field(form, `MediaContentType${index}`)
    if (ref) files.push({ type: typeOf(mime), media: { ref, ...(mime && { mime }) } })
  }
  return files
}

function typeOf(mime = ''): File['type'] {
  const top = mime.split('/')[0]
  return top === 'image' || top === 'video' || top === 'audio' ? top : 'file'
}

function placeOf(form: Form): Part[] {
  const latitude = Number(field(form, 'Latitude') ?? Number.NaN)
  const longitude = Number(field(form, 'Longitude') ?? Number.NaN)
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return []
  const title = field(form, 'Label')
  const address = field(form, 'Address')
  return [{ type: 'location', latitude, longitude, ...(title && { title }), ...(address && { address }) }]
}

const other = (kind: string, text: string): Part => ({ type: 'other', kind, text: `[${kind}] ${text}`.trim() })

/** The small print under the row that they chose. */
function chosen(form: Form): Part[] {
  const words = field(form, 'ListDescription')
  return words ? [other('list', words)] : []
}

/** A form of WhatsApp's (Flow) that they filled in: its fields in words, for agents do not read JSON. */
function filled(form: Form): Part[] {
  const json = field(form, 'FlowData') ?? field(form, 'InteractiveData')
  return json ? [other('flow', fieldsOf(json))] : []
}

function fieldsOf(json: string): string {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return json
    const shown = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one))
    return Object.entries(value)
      .map(([name, one]) => `${name}: ${shown(one)}`)
      .join(', ')
  } catch {
    return json
  }
}

/** The advertisement that they came from. `ReferralNumMedia` alone comes with every message and says nothing. */
function referred(form: Form): Part[] {
  const labelled = (label: string, name: string) => {
    const value = field(form, name)
    return value ? `${label} ${value}` : undefined
  }
  const words = [
    field(form, 'ReferralHeadline'),
    field(form, 'ReferralBody'),
    field(form, 'ReferralSourceUrl'),
    field(form, 'ReferralMediaUrl'),
    labelled(field(form, 'ReferralSourceType') ?? 'source', 'ReferralSourceId'),
    labelled('click', 'ReferralCtwaClid'),
  ].filter(Boolean)
  return words.length > 0 ? [other('referral', words.join(' · '))] : []
}

function forwarded(form: Form): Part[] {
  if (field(form, 'FrequentlyForwarded') === 'true') return [other('forwarded', 'many times')]
  return field(form, 'Forwarded') === 'true' ? [other('forwarded', '')] : []
}

/** Of a kind that Twilio does not hand on. */
const nothing = (form: Form): Part => other(field(form, 'MessageType') ?? 'empty', '')
