/** The inbox at work: two tabs, drafts, a narrow screen, the night, hostile names and texts, and keys alone. */
import { createTransport } from 'nodemailer'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newVisitor, openBrowser, type Visitor } from './browser.ts'
import { eventually } from './eventually.ts'
import { type Product, startProduct } from './product.ts'
import { type App, Inbox, type Phone, phonesOn } from './sandbox.ts'

let product: Product
let browser: Browser
let visitor: Visitor
/** Her page has an inbox as well, with an agent of its own: what that one reads, ours has not read. */
let ann: Visitor
let phones: Record<App, Phone>

beforeAll(async () => {
  product = await startProduct()
  browser = await openBrowser()
  ann = await newVisitor(browser)
  phones = phonesOn(await ann.open(`${product.base}/sandbox`))
  visitor = await newVisitor(browser)
  const door = await visitor.open(product.adminLink)
  await door.getByRole('button', { name: 'Sign in' }).click()
  await door.getByRole('heading', { name: 'Setup', level: 1 }).waitFor()
  await door.close()
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await visitor.show(task.name)
})

afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

async function desk(path = '/inbox', at = visitor): Promise<{ page: Page; inbox: Inbox }> {
  const page = await at.open(`${product.base}${path}`)
  return { page, inbox: new Inbox(page) }
}

const unread = (row: Locator) => row.getByRole('img', { name: /unread/ })

describe('two tabs', () => {
  it('show a message both, and one that is read in one is read in the other', async () => {
    const [left, right] = [await desk(), await desk()]
    await phones.Viber.write('Is anybody there?')
    for (const { inbox } of [left, right]) await unread(inbox.row('Is anybody there?')).waitFor()
    await right.inbox.open('Is anybody there?')
    await unread(left.inbox.row('Is anybody there?')).waitFor({ state: 'detached' })
    await left.inbox.open('Is anybody there?')
    await right.inbox.answer('Viber', 'Yes, both of us.')
    await left.inbox.message('Yes, both of us.').waitFor()
    await phones.Viber.write('Good.')
    for (const { inbox } of [left, right]) await inbox.message('Good.').waitFor()
    for (const { inbox } of [left, right]) await unread(inbox.row('Good.')).waitFor({ state: 'detached' })
    await left.page.close()
    await right.page.close()
  })
})

describe('a draft', () => {
  const DRAFT = 'Half an ans'
  const WHERE = 4

  it('stays, with the place in it, while messages come in around it', async () => {
    const { page, inbox } = await desk()
    await inbox.open('Good.')
    await inbox.box.pressSequentially(DRAFT)
    for (let left = DRAFT.length; left > WHERE; left--) await inbox.box.press('ArrowLeft')
    await phones.Viber.write('One more thing!')
    await inbox.message('One more thing!').waitFor()
    expect(await inbox.box.inputValue()).toBe(DRAFT)
    const caret = await inbox.box.evaluate((box) =>
      box instanceof HTMLTextAreaElement && document.activeElement === box ? box.selectionStart : 'elsewhere',
    )
    expect(caret).toBe(WHERE)
    await page.reload()
    await eventually(() => inbox.box.inputValue()).toBe(DRAFT)
    await page.goto(`${product.base}/inbox`)
    await inbox.open('One more thing!')
    await eventually(() => inbox.box.inputValue()).toBe(DRAFT)
    await inbox.box.press('Control+End')
    await inbox.answer('Viber', 'wer.')
    await phones.Viber.hears('Half an answer.')
    await page.reload()
    await inbox.message('Half an answer.').waitFor()
    expect(await inbox.box.inputValue()).toBe('')
    await page.close()
  })

  it('goes along when its customer is merged', async () => {
    await phones.Mail.write('It is me by mail')
    const { page, inbox } = await desk()
    await inbox.open('It is me by mail')
    await inbox.box.pressSequentially('Ah, you')
    await inbox.merge('Viber')
    expect(await inbox.box.inputValue()).toBe('Ah, you')
    await inbox.box.press('Control+End')
    await inbox.answer('Mail', ' are Ann.')
    await phones.Mail.hears('Ah, you are Ann.')
    await page.close()
  })
})

describe('keys alone', () => {
  const MOST = 60

  /** By Tab, until the focus is there. */
  async function tabTo(page: Page, wanted: Locator): Promise<void> {
    for (let presses = 0; presses < MOST; presses++) {
      await page.keyboard.press('Tab')
      if (await wanted.evaluate((node) => node === document.activeElement)) return
    }
    throw new Error(`${MOST} times Tab does not lead there`)
  }

  it('find the customer, answer, and note something', async () => {
    await phones.Viber.write('Can you hear me?')
    const { page, inbox } = await desk()
    await page.keyboard.press('Tab')
    expect(
      await page.getByRole('link', { name: 'Skip to the content' }).evaluate((node) => node === document.activeElement),
    ).toBe(true)
    await tabTo(page, inbox.row('Can you hear me?'))
    await page.keyboard.press('Enter')
    await inbox.message('Can you hear me?').waitFor()
    await inbox.ready()
    await tabTo(page, inbox.box)
    await page.keyboard.type('Loud and clear.')
    await page.keyboard.press('Control+Enter')
    await phones.Viber.hears('Loud and clear.')
    await eventually(() => inbox.box.evaluate((node) => node === document.activeElement)).toBe(true)

    const reply = page.getByRole('radio', { name: 'Reply' })
    for (let presses = 0; presses < MOST && !(await reply.evaluate((node) => node === document.activeElement)); presses++) {
      await page.keyboard.press('Shift+Tab')
    }
    await page.keyboard.press('ArrowRight')
    await page.getByText('Only your team sees this.').waitFor()
    await tabTo(page, inbox.box)
    await page.keyboard.type('She hears well.')
    await page.keyboard.press('Control+Enter')
    await inbox.line('She hears well.').filter({ hasText: 'Note, seen by your team only' }).waitFor()
    expect(await phones.Viber.texts()).not.toContain('She hears well.')
    await page.close()
  })
})

describe('HTML and scripts', () => {
  const NAME = '<img src=x onerror=alert(1)>'
  const TEXT = `<script>alert(2)</script><img src="/x" onerror="alert(3)"> https://x.example/"onmouseover="alert(4)" javascript:alert(5)`

  it('do nothing, in messages, names, subjects, tags and notes', async () => {
    await phones.Viber.write(TEXT)
    const mail = createTransport({ host: '127.0.0.1', port: product.smtpPort, ignoreTLS: true })
    await mail.sendMail({
      from: { name: NAME, address: 'mallory@evil.example' },
      to: 'hello@demo.example',
      subject: '<svg onload=alert(6)>',
      html: '<p>Look <script>alert(7)</script><img src="https://evil.example/track.png" onerror="alert(8)"></p>',
    })
    mail.close()
    const { page, inbox } = await desk()
    await inbox.row(NAME).click()
    await page.getByRole('heading', { name: NAME }).waitFor()
    await page.getByText('<svg onload=alert(6)>').first().waitFor()
    await page.getByLabel('Add a tag').fill('<b id=tag>')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('.side .tag').filter({ hasText: '<b id=tag>' }).waitFor()
    await inbox.open('<script>alert(2)</script>')
    expect(await inbox.said()).toContain(TEXT)
    await page.getByLabel('Name').fill('"><script>alert(9)</script>')
    await page.getByRole('button', { name: 'Save name' }).click()
    await page.getByRole('heading', { name: '<script>alert(9)</script>' }).waitFor()
    await page.getByText('Merge with another customer').click()
    await page.getByRole('option').filter({ hasText: NAME }).waitFor({ state: 'attached' })
    const links = await page.locator('.message a[href]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
    expect(links.filter((href) => !/^(https?:\/\/|\/)/.test(href))).toEqual([])
    const foreign = 'main img:not([src^="/media/"]), main script, main svg[onload], #tag, [onerror], [onmouseover]'
    expect(await page.locator(foreign).count()).toBe(0)
    await page.close()
  })
})

describe('a screen of 390 points', () => {
  it('shows the list, then the conversation, then the details, and answers', async () => {
    await phones.WhatsApp.write('Small screen, big question')
    const guest = await newVisitor(browser, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      storageState: await visitor.state(),
    })
    const { page, inbox } = await desk('/inbox', guest)
    await inbox.row('Small screen, big question').tap()
    await inbox.message('Small screen, big question').waitFor()
    expect(await inbox.rows().first().isVisible()).toBe(false)
    await inbox.ready()
    await inbox.answer('WhatsApp', 'A short answer')
    await phones.WhatsApp.hears('A short answer')
    const box = await inbox.box.boundingBox()
    expect(box && box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844).toBe(true)
    expect(box?.width).toBeGreaterThan(250)
    await page.getByRole('link', { name: 'Details' }).tap()
    await page.getByRole('heading', { name: 'Reachable on' }).waitFor()
    await page.getByRole('link', { name: 'Back to the conversation' }).tap()
    await page.getByRole('heading', { name: 'Reachable on' }).waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'All customers' }).tap()
    await inbox.row('A short answer').waitFor()
    expect(guest.complaints()).toEqual([])
    await guest.close()
  })
})

describe('the night', () => {
  const brightness = (page: Page, property: 'color' | 'backgroundColor') =>
    page.evaluate((name) => {
      const [red = 0, green = 0, blue = 0] = (getComputedStyle(document.body)[name].match(/\d+/g) ?? []).map(Number)
      return (red + green + blue) / 3 / 255
    }, property)

  it.each(['/inbox', '/sandbox'])('is dark on %s', async (path) => {
    const guest = await newVisitor(browser, { colorScheme: 'dark', storageState: await visitor.state() })
    const { page } = await desk(path, guest)
    expect(await brightness(page, 'backgroundColor')).toBeLessThan(0.2)
    expect(await brightness(page, 'color')).toBeGreaterThan(0.7)
    expect(guest.complaints()).toEqual([])
    await guest.close()
  })
})

it('did all this without a complaint', () => {
  expect([...visitor.complaints(), ...ann.complaints()]).toEqual([])
  expect(product.errors()).toEqual([])
})
