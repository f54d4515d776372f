/** The README's story, by clicks and keys alone: one person on five phones, one history, answers where she wrote last. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newVisitor, openBrowser, type Visitor } from './browser.ts'
import { eventually } from './eventually.ts'
import { png } from './png.ts'
import { type Product, startProduct } from './product.ts'
import { type App, apps, type Inbox, inboxOn, isDrawn, type Phone, phonesOn } from './sandbox.ts'

let product: Product
let browser: Browser
let visitor: Visitor
let page: Page
let phones: Record<App, Phone>
let inbox: Inbox
/** What was said by whom, in order; the stream must agree at the end, and each phone with its share of it. */
const said: { app: App; text: string }[] = []

beforeAll(async () => {
  product = await startProduct()
  browser = await openBrowser()
  visitor = await newVisitor(browser)
  page = await visitor.open(`${product.base}/sandbox`)
  phones = phonesOn(page)
  inbox = inboxOn(page)
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await visitor.show(task.name)
})

afterAll(async () => {
  await browser?.close()
  expect(await product?.stop()).toBe(0)
})

async function annWrites(app: App, text: string): Promise<void> {
  await phones[app].write(text)
  said.push({ app, text })
}

async function agentAnswers(app: App, text: string): Promise<void> {
  await inbox.answer(app, text)
  expect(await inbox.box.inputValue()).toBe('')
  await phones[app].hears(text)
  said.push({ app, text })
  for (const other of apps) expect((await phones[other].texts()).includes(text), `${text} on ${other}`).toBe(other === app)
}

describe('Ann and the shop', () => {
  it('writes on Telegram, and the inbox opens her by itself', async () => {
    await annWrites('Telegram', 'Hi! Is the blue kettle in stock?')
    await inbox.message('Hi! Is the blue kettle in stock?').waitFor()
    await agentAnswers('Telegram', 'Yes, two are left. Shall I put one aside?')
  })

  it('shares her contact, which proves her number', async () => {
    await phones.Telegram.press('Share my phone number')
    await inbox.line('Phone proven: +12025550143').waitFor()
    await agentAnswers('Telegram', 'Thank you, Ann!')
  })

  it('writes by SMS from that number and is the same customer', async () => {
    await annWrites('Messages', 'Running late, keep it for me?')
    await inbox.message('Running late, keep it for me?').waitFor()
    await agentAnswers('Messages', 'It waits until six.')
    expect(await inbox.rows().count()).toBe(1)
  })

  it('writes on WhatsApp from that number and is the same customer', async () => {
    await annWrites('WhatsApp', 'Can you deliver instead?')
    await inbox.message('Can you deliver instead?').waitFor()
    await agentAnswers('WhatsApp', 'Tomorrow before noon.')
    expect(await inbox.rows().count()).toBe(1)
  })

  it('writes from Viber, which proves nothing: a second customer, until an agent merges them', async () => {
    await annWrites('Viber', 'Do you gift-wrap?')
    await inbox.row('Do you gift-wrap?').getByRole('img', { name: '1 unread' }).waitFor()
    await inbox.open('Do you gift-wrap?')
    await inbox.merge('Telegram')
    await eventually(() => inbox.rows().count()).toBe(1)
    await agentAnswers('Viber', 'With a ribbon.')
  })

  it('writes an e-mail, and is merged once more', async () => {
    await annWrites('Mail', 'Could you send me the invoice?')
    await inbox.open('Could you send me the invoice?')
    await inbox.merge('Ann Lee')
    await eventually(() => inbox.rows().count()).toBe(1)
    await agentAnswers('Mail', 'It is on its way.')
  })

  it('goes back to Telegram, and so does the answer', async () => {
    await annWrites('Telegram', 'Got it, thanks!')
    await inbox.message('Got it, thanks!').waitFor()
    await agentAnswers('Telegram', 'Until tomorrow!')
  })

  it('is one ordered history, also for who comes later', async () => {
    const texts = said.map(({ text }) => text)
    const words = async (reader: Inbox) => (await reader.said()).filter((text) => texts.includes(text))
    expect(await words(inbox)).toEqual(texts)
    await page.reload()
    await inbox.row('Ann Lee').click()
    await inbox.message('Until tomorrow!').waitFor()
    expect(await words(inbox)).toEqual(texts)
    for (const app of apps) {
      const own = said.filter((one) => one.app === app).map(({ text }) => text)
      expect((await phones[app].texts()).filter((text) => texts.includes(text))).toEqual(own)
    }
  })

  it.each(['WhatsApp', 'Telegram', 'Mail'] as const)('sends a picture on %s and gets one back', async (app) => {
    const photo = (name: string) => ({ name, mimeType: 'image/png', buffer: png(48, 32, (x, y) => [5 * x, 120, 7 * y]) })
    await phones[app].send(photo('kettle.png'), `Mine looks so, ${app}`)
    await isDrawn(inbox.message(`Mine looks so, ${app}`).getByRole('img', { name: /kettle|Mine/ }))
    await inbox.answer(app, `Ours looks so, ${app}`, photo('shop.png'))
    await phones[app].hears(`Ours looks so, ${app}`)
    await isDrawn(phones[app].pictures('business'))
    await isDrawn(phones[app].pictures('person'))
  })

  it('went without a complaint of a page or of the hub, and without a request to anybody else', () => {
    expect(visitor.complaints()).toEqual([])
    expect(product.errors()).toEqual([])
  })
})
