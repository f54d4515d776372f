import { type Part, plainPart } from '@throughline/core/message.ts'
import type { Child } from 'hono/jsx'
import type { Page } from '../page.ts'
import type { MediaFact } from './told.ts'

type Props = { page: Page; part: Part; fetched?: MediaFact; link: (blob: string) => string }
type MediaPart = Extract<Part, { media: unknown }>

export function PartView({ page, part, fetched, link }: Props) {
  const { t } = page
  if (fetched?.parts?.length) {
    return (
      <>
        {fetched.parts.map((said) => (
          <PartView page={page} part={said} link={link} />
        ))}
      </>
    )
  }
  switch (part.type) {
    case 'text':
      return (
        <p class="text" dir="auto">
          <Linked text={part.text} />
          {part.blob && <Whole url={link(part.blob)} words={t.entry.wholeText} />}
          {part.full && <Whole url={link(part.full)} words={t.entry.wholeMail} />}
        </p>
      )
    case 'template':
      return (
        <p class="text" dir="auto">
          <Linked text={plainPart(part)} />
        </p>
      )
    case 'other':
      return (
        <p class="text other" dir="auto">
          {part.text}
        </p>
      )
    case 'location': {
      const at = `${part.latitude},${part.longitude}`
      return (
        <p class="text">
          {[part.title, part.address].filter(Boolean).join(', ') || at}{' '}
          <a
            href={`https://www.openstreetmap.org/?mlat=${part.latitude}&mlon=${part.longitude}#map=15/${part.latitude}/${part.longitude}`}
            rel="noopener noreferrer"
            target="_blank"
          >
            {t.entry.map}
          </a>
        </p>
      )
    }
    case 'contact':
      return (
        <p class="text contact">
          <strong>{part.name}</strong> {[part.phone, part.email].filter(Boolean).join(' · ')}
        </p>
      )
    case 'buttons':
      return (
        <div>
          <p class="text" dir="auto">
            {part.text}
          </p>
          <ul class="choices">
            {part.buttons.map((button) => (
              <li>{button.label}</li>
            ))}
          </ul>
        </div>
      )
    default:
      return <MediaView page={page} part={part} fetched={fetched} link={link} />
  }
}

function MediaView({ page, part, fetched, link }: Omit<Props, 'part'> & { part: MediaPart }) {
  const { t } = page
  const blob = fetched?.blob ?? part.media.blob
  const name = part.media.name ?? t.entry[part.type]
  const caption = part.caption && (
    <p class="text" dir="auto">
      <Linked text={part.caption} />
    </p>
  )
  if (!blob) {
    const why = fetched?.failed ? t.entry.mediaFailed(fetched.failed) : t.entry.mediaComing
    return (
      <div>
        <p class={fetched?.failed ? 'file bad' : 'file'}>
          {name} <small>{why}</small>
        </p>
        {caption}
      </div>
    )
  }
  return (
    <div>
      <MediaBody
        type={part.type}
        url={link(blob)}
        name={name}
        alt={part.caption ?? name}
        size={fetched?.size ?? part.media.size}
      />
      {caption}
    </div>
  )
}

type Body = { type: MediaPart['type']; url: string; name: string; alt: string; size?: number }

function MediaBody({ type, url, name, alt, size }: Body) {
  if (type === 'image') {
    return (
      <a class="picture" href={url} target="_blank" rel="noopener">
        <img src={url} alt={alt} loading="lazy" />
      </a>
    )
  }
  // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
  if (type === 'video') return <video src={url} controls preload="metadata" aria-label={alt} />
  // biome-ignore lint/a11y/useMediaCaption: what customers send has no captions
  if (type === 'audio') return <audio src={url} controls preload="none" aria-label={alt} />
  return (
    <a class="file" href={url} download={name}>
      {name} {size !== undefined && <small>{bytes(size)}</small>}
    </a>
  )
}

const bytes = (size: number) =>
  size < 1024 * 1024 ? `${Math.max(1, Math.round(size / 1024))} KB` : `${(size / 1048576).toFixed(1)} MB`

/** Addresses become links; the rest stays text, and JSX escapes both. */
export function Linked({ text }: { text: string }) {
  const pieces: Child[] = text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/).map((piece, index) =>
    index % 2 === 0 ? (
      piece
    ) : (
      <a href={piece} rel="noopener noreferrer nofollow" target="_blank">
        {piece}
      </a>
    ),
  )
  return <>{pieces}</>
}

const Whole = ({ url, words }: { url: string; words: string }) => (
  <>
    {' … '}
    <a href={url} target="_blank" rel="noopener">
      {words}
    </a>
  </>
)
