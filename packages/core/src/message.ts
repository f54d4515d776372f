/** THE LANGUAGE, first half: what people say to each other, whatever the channel. */
import * as z from 'zod/mini'

/** A file. `ref` is the channel's own opaque way to fetch it, `blob` our own copy; at least one is there. Size in bytes. */
export const Media = z.object({
  ref: z.optional(z.string()),
  blob: z.optional(z.string()),
  name: z.optional(z.string()),
  mime: z.optional(z.string()),
  size: z.optional(z.number()),
  width: z.optional(z.number()),
  height: z.optional(z.number()),
  /** Seconds. */
  duration: z.optional(z.number()),
})
export type Media = z.infer<typeof Media>

/** Formatting of `text.slice(start, end)`, in UTF-16 units. */
export const Mark = z.object({
  kind: z.enum(['bold', 'italic', 'underline', 'strike', 'code', 'pre', 'quote', 'spoiler', 'link']),
  start: z.number(),
  end: z.number(),
  url: z.optional(z.string()),
})
export type Mark = z.infer<typeof Mark>

/**
 * `blob`: where the whole text lies when it is over TEXT_LIMIT bytes; `text` is then its beginning. Of mail, blobs as well (in an event
 * the `ref` of one of its `files`): `full` with the quotes and the signature that `text` leaves out, `html` as it was laid out, made safe.
 */
export const TextPart = z.object({
  type: z.literal('text'),
  text: z.string(),
  marks: z.optional(z.array(Mark)),
  blob: z.optional(z.string()),
  /** Of a pressed button or a chosen row: the value that it bore. */
  value: z.optional(z.string()),
  full: z.optional(z.string()),
  html: z.optional(z.string()),
})
/** `marks`: the caption's. */
const media = { media: Media, caption: z.optional(z.string()), marks: z.optional(z.array(Mark)) }
export const ImagePart = z.object({ type: z.literal('image'), ...media })
export const VideoPart = z.object({ type: z.literal('video'), ...media })
export const AudioPart = z.object({ type: z.literal('audio'), ...media })
export const FilePart = z.object({ type: z.literal('file'), ...media })
export const LocationPart = z.object({
  type: z.literal('location'),
  latitude: z.number(),
  longitude: z.number(),
  title: z.optional(z.string()),
  address: z.optional(z.string()),
})
export const ContactPart = z.object({
  type: z.literal('contact'),
  name: z.string(),
  phone: z.optional(z.string()),
  email: z.optional(z.string()),
})
export const ButtonsPart = z.object({
  type: z.literal('buttons'),
  text: z.string(),
  buttons: z.array(z.object({ label: z.string(), value: z.optional(z.string()), url: z.optional(z.string()) })),
})
/**
 * A message that the provider approved before, by its own `id` there (Twilio's Content SID). `text`: what it says; goes to the stream,
 * and out where a channel knows no templates. `{{name}}` in it is filled in.
 */
export const TemplatePart = z.object({
  type: z.literal('template'),
  id: z.string(),
  variables: z.record(z.string(), z.string()),
  text: z.optional(z.string()),
})
/** What the channel knows and we do not: kept by its own name with words for people ("[poll] Tea or coffee?"). */
export const OtherPart = z.object({ type: z.literal('other'), kind: z.string(), text: z.string() })

export const Part = z.discriminatedUnion('type', [
  TextPart,
  ImagePart,
  VideoPart,
  AudioPart,
  FilePart,
  LocationPart,
  ContactPart,
  ButtonsPart,
  TemplatePart,
  OtherPart,
])
export type Part = z.infer<typeof Part>
export type MediaPart = Extract<Part, { media: Media }>
export type PartType = Part['type']

/** Bytes of UTF-8 above which a text lies in a blob, so that an entry stays a small item (DESIGN 1.2). */
export const TEXT_LIMIT = 8 * 1024

export const isMedia = (part: Part): part is MediaPart => 'media' in part

/** A part in words: for previews, tools without media, rules on text. */
export function plainPart(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'other':
      return part.text
    case 'location':
      return `[location] ${[part.title, part.address, `${part.latitude}, ${part.longitude}`].filter(Boolean).join(', ')}`
    case 'contact':
      return `[contact] ${[part.name, part.phone, part.email].filter(Boolean).join(', ')}`
    case 'buttons':
      return [part.text, ...part.buttons.map((button, index) => `${index + 1}. ${button.label}`)].join('\n')
    case 'template':
      return templateWords(part)
    default:
      return `[${part.type}]${part.media.name ? ` ${part.media.name}` : ''}${part.caption ? ` ${part.caption}` : ''}`
  }
}

function templateWords({ id, variables, text }: z.infer<typeof TemplatePart>): string {
  const filled = (all: string, name: string) => (Object.hasOwn(variables, name) ? (variables[name] ?? all) : all)
  return text?.replace(/\{\{\s*(\w+)\s*\}\}/g, filled) ?? `[template] ${[id, ...Object.values(variables)].join(', ')}`
}

export const plain = (parts: readonly Part[]): string => parts.map(plainPart).join('\n')
