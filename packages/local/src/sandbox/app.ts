/** Everything under /sandbox: the providers' servers, the phones, the page. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as z from 'zod/mini'
import { ann, business } from './ann.ts'
import type { Faulty } from './faults.ts'
import { hereOnly, noStrangers, strict } from './guard.ts'
import type { OpenSandbox } from './open.ts'
import { asset, drawPage } from './page.tsx'
import type { Picture } from './sandbox.ts'
import { Faults, PHONES, type PhoneKind, PROVIDERS } from './state.ts'
import { telegramApi } from './telegram/index.ts'
import { twilioApi } from './twilio/index.ts'
import { viberApi } from './viber/index.ts'

const MAX_BODY = 25 * 1024 * 1024
const SHOWN = 60
const PATIENCE = 20_000

const isPhone = (kind: string): kind is PhoneKind => PHONES.some((known) => known === kind)

const Trouble = z.object({ ...z.partial(Faults).shape, provider: z.enum(PROVIDERS) })

const Press = z.object({ message: z.string(), data: z.string() })

function picture(sandbox: OpenSandbox) {
  const { phones, telegram, twilio, viber, faults } = sandbox.book.state
  return {
    revision: sandbox.book.revision,
    person: { name: ann.name, phone: ann.phone, email: ann.email },
    business,
    phones: Object.fromEntries(PHONES.map((kind) => [kind, phones[kind].slice(-SHOWN)])),
    blocked: { telegram: telegram.blocked, viber: phones.viber.length > 0 && !viber.subscribed, sms: twilio.optedOut },
    faults,
  }
}

async function attached(file: unknown): Promise<Picture | undefined> {
  if (!(file instanceof File) || file.size === 0) return undefined
  return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name, mime: file.type || 'application/octet-stream' }
}

const words = (value: unknown) => (typeof value === 'string' ? value : '')

function phoneRoutes(sandbox: OpenSandbox): Hono<Faulty> {
  const app = new Hono<Faulty>()

  app.post('/phones/:kind/messages', async (c) => {
    const kind = c.req.param('kind')
    if (!isPhone(kind)) return c.json({ code: 'unknown_phone' }, 404)
    const form = await c.req.formData()
    const text = words(form.get('text'))
    const file = await attached(form.get('file'))
    if (text.trim() === '' && !file) return c.json({ code: 'empty' }, 400)
    await sandbox.phones[kind].write({ text, subject: words(form.get('subject')), picture: file })
    return c.json({}, 202)
  })

  app.post('/phones/:kind/:action{contact|block|unblock}', async (c) => {
    const { kind, action } = c.req.param()
    const phone = isPhone(kind) ? sandbox.phones[kind] : undefined
    const run = action === 'contact' ? phone?.contact : phone?.block && (() => phone.block?.(action === 'block'))
    if (!run) return c.json({ code: 'unknown_action' }, 404)
    await run()
    return c.json({}, 202)
  })

  app.post('/phones/:kind/press', async (c) => {
    const kind = c.req.param('kind')
    const press = isPhone(kind) ? sandbox.phones[kind].press : undefined
    const wanted = Press.safeParse(await c.req.json().catch(() => undefined))
    if (!press || !wanted.success) return c.json({ code: 'unknown_action' }, 404)
    await press(wanted.data.message, wanted.data.data)
    return c.json({}, 202)
  })

  app.post('/faults', async (c) => {
    const wanted = Trouble.safeParse(await c.req.json().catch(() => undefined))
    if (!wanted.success) return c.json({ code: 'bad_request', detail: z.prettifyError(wanted.error) }, 400)
    const { provider, ...faults } = wanted.data
    Object.assign(sandbox.book.state.faults[provider], faults)
    await sandbox.book.save()
    return c.json(sandbox.book.state.faults[provider])
  })

  /** Waits for a change after `after`, so that a page needs no timer. */
  app.get('/phones.json', async (c) => {
    const after = Number(c.req.query('after') ?? Number.NaN)
    if (after === sandbox.book.revision) await sandbox.book.changed(after, PATIENCE)
    return c.json(picture(sandbox))
  })

  app.get('/files/:key', async (c) => {
    const file = await sandbox.files.get(c.req.param('key'))
    if (!file) return c.json({ code: 'unknown_file' }, 404)
    const inline = /^image\/(png|jpeg|gif|webp)$/.test(file.mime)
    const name = encodeURIComponent(file.name ?? 'file')
    return c.body(new Uint8Array(file.bytes), 200, {
      'content-type': inline ? file.mime : 'application/octet-stream',
      'content-disposition': `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
    })
  })
  return app
}

/** `signIn` makes sure that the visitor has a session before the inbox in the frame asks for one. */
export function sandboxApp(sandbox: OpenSandbox, signIn: (c: Context<Faulty>) => Promise<void>): Hono<Faulty> {
  const app = new Hono<Faulty>()
  app.use(hereOnly)
  app.use(bodyLimit({ maxSize: MAX_BODY }))
  app.route('/telegram', telegramApi(sandbox))
  app.route('/twilio', twilioApi(sandbox))
  app.route('/viber', viberApi(sandbox))
  app.use(noStrangers, strict)
  app.get('/', async (c) => {
    await signIn(c)
    return c.html(drawPage())
  })
  app.get('/assets/:name', (c) => asset(c.req.param('name')) ?? c.notFound())
  app.route('/', phoneRoutes(sandbox))
  return app
}
