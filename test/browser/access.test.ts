/** Every page for everybody: axe-core finds nothing by day, by night and on a narrow screen, and nothing runs out at the side. */
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { newVisitor, openBrowser, type Visitor } from './browser.ts'
import { type Product, startProduct } from './product.ts'
import { inboxOn, phonesOn } from './sandbox.ts'

const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
}
const PATHS = ['/sandbox', '/inbox', '/setup', '/setup/connect/telegram', '/setup/connect/sms', '/setup/connect/webhook']

let product: Product
let browser: Browser
let visitor: Visitor
/** Pages that have an address of their own only once something is there. */
let found: string[]

beforeAll(async () => {
  product = await startProduct()
  browser = await openBrowser()
  visitor = await newVisitor(browser)
  const page = await visitor.open(product.adminLink)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const details = await page.getByRole('link', { name: 'Details' }).first().getAttribute('href')
  await page.goto(`${product.base}/sandbox`)
  const phones = phonesOn(page)
  const inbox = inboxOn(page)
  await phones.Telegram.write('Hi! Is the blue kettle in stock?')
  await inbox.answer('Telegram', 'Yes, two are left.')
  await phones.Telegram.press('Share my phone number')
  await inbox.line('Phone proven').waitFor()
  for (const app of ['WhatsApp', 'Messages'] as const) {
    await phones[app].write(`Hello by ${app}`)
    await inbox.answer(app, `Hello back by ${app}`)
  }
  await phones.Mail.write('Who is this, by mail?')
  await phones.Viber.write('Who is this?')
  const customer = await inbox.row('Who is this?').getAttribute('href')
  found = [new URL(customer ?? '', product.base).pathname, details ?? '', `${details}/change`, `${details}/remove`]
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await visitor.show(task.name)
})

afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

describe.each(Object.entries(LOOKS))('in the look "%s"', (_, look) => {
  let guest: Visitor

  beforeAll(async () => {
    guest = await newVisitor(browser, { ...look, storageState: await visitor.state() })
  })
  afterAll(() => guest?.close())

  it('every page is open to everybody', async () => {
    for (const path of [...PATHS, ...found]) {
      const page = await guest.open(`${product.base}${path}`)
      if (path === '/sandbox') await page.locator('.bubble').first().waitFor()
      expect.soft(await violations(page), path).toEqual([])
      const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect.soft(wide, `width of ${path}`).toBeLessThanOrEqual(width ?? 0)
      await page.close()
    }
    expect(guest.complaints()).toEqual([])
  })

  it('so are the pages for strangers', async () => {
    const stranger = await newVisitor(browser, look)
    stranger.allow(/status of 4\d\d/)
    for (const path of ['/admin/no-such-token', '/inbox', '/no-such-page']) {
      const page = await stranger.open(`${product.base}${path}`)
      if (path !== '/no-such-page') expect.soft(await violations(page), path).toEqual([])
      await page.close()
    }
    expect(stranger.complaints()).toEqual([])
    await stranger.close()
  })
})
