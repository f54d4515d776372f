/** Debian's Chromium, and visitors whose pages may complain of nothing. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Milliseconds for whatever a person would wait for, on a busy machine. */
export const PATIENCE = 60_000
const PICTURES = join(import.meta.dirname, '../../.build/browser')

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS })

export type Visitor = {
  /** A tab; all tabs of a visitor share one session. */
  open(url: string): Promise<Page>
  /** Cookies, for another visitor to come in with. */
  state(): ReturnType<BrowserContext['storageState']>
  /** What the tests provoke by themselves: a refusal shows in the console as well. */
  allow(complaint: RegExp): void
  /** Script errors, console errors, requests to other hosts, dialogs, answers of 5xx. */
  complaints(): string[]
  /** Pictures of every tab, to look at after a failure. */
  show(name: string): Promise<void>
  close(): Promise<void>
}

const isHere = (url: string) => /^(data|blob|about):/.test(url) || ['127.0.0.1', 'localhost'].includes(new URL(url).hostname)

export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE)
  const heard: string[] = []
  const allowed: RegExp[] = []
  context.on('weberror', (error) => heard.push(`script: ${error.error().stack}`))
  context.on('console', (message) => {
    if (message.type() === 'error') heard.push(`console: ${message.text()} ${message.location().url}`)
  })
  context.on('request', (request) => {
    if (!isHere(request.url())) heard.push(`request to ${request.url()}`)
  })
  context.on('response', (response) => {
    if (response.status() >= 500) heard.push(`${response.status()} from ${response.url()}`)
  })
  context.on('dialog', (dialog) => {
    heard.push(`dialog: ${dialog.message()}`)
    dialog.dismiss().catch(() => heard.push('a dialog that cannot be closed'))
  })
  return {
    async open(url) {
      const page = await context.newPage()
      await page.goto(url)
      return page
    },
    state: () => context.storageState(),
    allow: (complaint) => allowed.push(complaint),
    complaints: () => heard.filter((one) => !allowed.some((complaint) => complaint.test(one))),
    async show(name) {
      mkdirSync(PICTURES, { recursive: true })
      const file = name.replaceAll(/[^\w]+/g, '-')
      await Promise.all(context.pages().map((page, index) => page.screenshot({ path: join(PICTURES, `${file}-${index}.png`) })))
    },
    close: () => context.close(),
  }
}
