/** The page of phones: a bare frame, filled by page/phones.js from /sandbox/phones.json. */
import { readFileSync } from 'node:fs'
import { html } from 'hono/html'
import { ann, business } from './ann.ts'
import { type PhoneKind, PROVIDERS } from './state.ts'

const read = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url))
const ASSETS = new Map([
  ['phones.js', { body: read('phones.js'), type: 'text/javascript; charset=utf-8' }],
  ['phones.css', { body: read('phones.css'), type: 'text/css; charset=utf-8' }],
])

export function asset(name: string): Response | undefined {
  const found = ASSETS.get(name)
  return (
    found && new Response(new Uint8Array(found.body), { headers: { 'content-type': found.type, 'cache-control': 'no-cache' } })
  )
}

type Look = { kind: PhoneKind; title: string; under: string; ask: string; extra?: { action: string; label: string } }

const LOOKS: Look[] = [
  {
    kind: 'telegram',
    title: 'Telegram',
    under: `@${business.bot.username}`,
    ask: 'Hi! Is the blue kettle in stock?',
    extra: { action: 'contact', label: 'Share my phone number' },
  },
  { kind: 'whatsapp', title: 'WhatsApp', under: business.whatsapp, ask: 'Can you deliver on Friday?' },
  { kind: 'sms', title: 'Messages', under: business.sms, ask: 'Running late, keep it for me?' },
  { kind: 'viber', title: 'Viber', under: 'online', ask: 'Do you gift-wrap?' },
  { kind: 'email', title: 'Mail', under: business.email, ask: 'Could you send me the invoice?' },
]

function Phone({ kind, title, under, ask, extra }: Look) {
  return (
    <section class={`phone ${kind}`} data-kind={kind} aria-label={`${ann.first}'s ${title}`}>
      <div class="glass">
        <header class="bar">
          <span class="face" aria-hidden="true">
            {business.name.slice(0, 1)}
          </span>
          <span class="names">
            <strong>{business.name}</strong>
            <small>{under}</small>
          </span>
          <span class="app">{title}</span>
        </header>
        <ol class="talk" aria-live="polite" />
        <p class="hint" hidden />
        <form class="write">
          {kind === 'email' && (
            <input class="subject" name="subject" placeholder="Subject" aria-label="Subject" autocomplete="off" />
          )}
          <div class="chips">
            <button type="button" class="chip ask">
              {ask}
            </button>
            {extra && (
              <button type="button" class="chip act" data-action={extra.action}>
                {extra.label}
              </button>
            )}
          </div>
          <div class="row">
            <label class="attach" title="Attach a picture or a file">
              <input type="file" name="file" aria-label={`Attach on ${title}`} />
              <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                <path d="M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L9.8 17.3a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6" />
              </svg>
            </label>
            <textarea name="text" rows={1} placeholder="Message" aria-label={`Write on ${title}`} />
            <button type="submit" class="send" aria-label={`Send on ${title}`}>
              <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
                <path d="M12 19V6M6 11.5L12 5.5l6 6" />
              </svg>
            </button>
          </div>
          <p class="picked" hidden />
        </form>
      </div>
    </section>
  )
}

const Trouble = () => (
  <details class="trouble">
    <summary>Make trouble</summary>
    <form id="trouble">
      <select name="provider" aria-label="Provider">
        {PROVIDERS.map((provider) => (
          <option value={provider}>{provider}</option>
        ))}
      </select>
      <button type="button" data-fault='{"repeat":true}'>
        every webhook twice
      </button>
      <button type="button" data-fault='{"limit":1,"retryAfter":5}'>
        next call: too many requests
      </button>
      <button type="button" data-fault='{"down":2}'>
        next 2 calls: 5xx
      </button>
      <button type="button" data-fault='{"drop":1}'>
        next send: accepted, no answer
      </button>
      <button type="button" data-fault='{"repeat":false,"limit":0,"down":0,"drop":0,"delay":0}'>
        behave again
      </button>
      <output />
    </form>
  </details>
)

export const drawPage = () =>
  html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Five phones · Throughline</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/sandbox/assets/phones.css" />
        <script src="/sandbox/assets/phones.js" defer />
      </head>
      <body>
        <header class="top">
          <h1>{ann.first} has five phones. You have one inbox.</h1>
          <p>
            Write on any phone; answer below: the answer goes where she wrote last. <span id="line" role="status" />
          </p>
          <Trouble />
        </header>
        <main class="phones">
          {LOOKS.map((look) => (
            <Phone {...look} />
          ))}
        </main>
        <iframe class="inbox" src="/inbox?embed=1" title="The business's inbox" />
      </body>
    </html>
  )}`
