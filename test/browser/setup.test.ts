/** The setup page: in by the one-time link, a form for every kind, and the steps that turn green by themselves. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod/mini'
import { newVisitor, openBrowser, type Visitor } from './browser.ts'
import { eventually } from './eventually.ts'
import { freePort, type Product, startProduct } from './product.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { Inbox, phonesOn } from './sandbox.ts'

const KINDS = ['Telegram', 'SMS', 'WhatsApp', 'Viber', 'E-mail', 'Slack', 'Webhook']
const WRONG_TOKEN = '7100020000:AAH-this-is-no-token-of-anybody-0000'

let product: Product
let browser: Browser
let visitor: Visitor
let page: Page
let receiver: Receiver

beforeAll(async () => {
  const port = await freePort()
  receiver = await startReceiver()
  product = await startProduct({
    PORT: String(port),
    HUB_ALLOW_PRIVATE_URLS: '1',
    TELEGRAM_API_ROOT: `http://127.0.0.1:${port}/sandbox/telegram`,
  })
  browser = await openBrowser()
  visitor = await newVisitor(browser)
  page = await visitor.open(product.adminLink)
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await visitor.show(task.name)
})

afterAll(async () => {
  await browser?.close()
  await receiver?.close()
  expect(await product?.stop()).toBe(0)
})

const setup = () => page.goto(`${product.base}/setup`)
const offer = (kind: string) => page.getByRole('link', { name: `Connect ${kind}`, exact: true })
const submit = () => page.getByRole('button', { name: 'Connect and check' }).click()
const refusal = () => page.getByRole('alert').textContent()

/** One line of "Try it", once it is ticked; its tick is green. */
async function done(words: string, at = page): Promise<void> {
  const step = at.locator('.steps li.done').filter({ hasText: words })
  await step.waitFor()
  const [red = 0, green = 0, blue = 0] = await colour(step)
  expect(green).toBeGreaterThan(Math.max(red, blue))
}

const colour = (step: Locator): Promise<number[]> =>
  step.evaluate((node) => (getComputedStyle(node, '::before').backgroundColor.match(/\d+/g) ?? []).map(Number))

async function sandboxToken(): Promise<string> {
  const Book = z.object({ telegram: z.object({ token: z.string() }) })
  return Book.parse(JSON.parse(await readFile(join(product.dir, 'sandbox.json'), 'utf8'))).telegram.token
}

describe('the one-time link', () => {
  it('is not used up by whoever only looks at it', async () => {
    await page.reload()
    await page.getByText('This link signs you in once').waitFor()
  })

  it('leads to the setup page by a button', async () => {
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Setup', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/setup')
  })

  it('says the second time that it was used, and how to get another', async () => {
    const other = await newVisitor(browser)
    other.allow(/status of 410/)
    const late = await other.open(product.adminLink)
    await late.getByRole('button', { name: 'Sign in' }).click()
    await late.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    await late.getByText('It was used already').waitFor()
    await late.getByText('npm run hub -- admin-link').waitFor()
    expect(other.complaints()).toEqual([])
    await other.close()
  })
})

describe('the forms', () => {
  it('are there for every kind in the list', async () => {
    const titles = (
      await page.getByRole('link', { name: /^Connect / }).evaluateAll((links) => links.map((link) => link.ariaLabel))
    ).map((label) => label?.replace('Connect ', '') ?? '')
    expect(titles).toEqual(expect.arrayContaining(KINDS))
    for (const title of titles) {
      await setup()
      await offer(title).click()
      await page.getByRole('heading', { name: `Connect ${title}` }).waitFor()
      const fields = page.locator('fieldset').locator('input, select, textarea')
      expect(await fields.count(), title).toBeGreaterThan(0)
      for (const field of await fields.all()) {
        expect(
          await field.evaluate((node) => 'labels' in node && node.labels instanceof NodeList && node.labels.length),
          title,
        ).toBe(1)
      }
      await page.getByRole('button', { name: 'Connect and check' }).waitFor()
    }
  })
})

describe('a webhook', () => {
  let secret = ''

  it('is connected to a program on this machine, and shows its secret once', async () => {
    await setup()
    await offer('Webhook').click()
    await page.getByLabel('Address').fill(receiver.url)
    await page.getByLabel('Name').fill('Accounts')
    await submit()
    await page.getByRole('heading', { name: 'shown only once' }).waitFor()
    secret = (await page.locator('.secret code').textContent()) ?? ''
    expect(secret).toMatch(/^whsec_/)
    await page.getByRole('link', { name: 'I have copied it' }).click()
    await done(`Connected as ${receiver.host}`)
    await page.reload()
    expect(await page.content()).not.toContain(secret)
  })

  it('is told what customers write, signed, and its step turns green', async () => {
    const sandbox = await visitor.open(`${product.base}/sandbox`)
    await phonesOn(sandbox).Viber.write('Who does your accounts?')
    await sandbox.close()
    await done('A message was shown there')
    expect(receiver.texts(secret)).toContain('Who does your accounts?')
  })

  it('tells in plain words what went wrong last, and quietly once it goes well again', async () => {
    receiver.answer(500)
    const sandbox = await visitor.open(`${product.base}/sandbox`)
    await phonesOn(sandbox).Viber.write('Anybody there?')
    await sandbox.close()
    await page.locator('.health').getByText('The receiver answered 500.').waitFor()
    await setup()
    const told = page.locator('.connection').filter({ hasText: 'Accounts' }).locator('.health li')
    await told.and(page.locator('.bad')).filter({ hasText: 'The receiver answered 500.' }).waitFor()
    receiver.answer(204)
    await eventually(() => receiver.texts(secret)).toContain('Anybody there?')
    await told.and(page.locator('.old')).filter({ hasText: 'The receiver answered 500.' }).waitFor()
  })
})

describe('a Telegram bot', () => {
  it('of the sandbox goes when it is removed', async () => {
    await setup()
    await page.getByRole('link', { name: 'Telegram (sandbox)' }).click()
    await page.getByRole('link', { name: 'Remove…' }).click()
    await page.getByText('All conversations stay.').waitFor()
    await page.getByRole('button', { name: 'Remove it' }).click()
    await page.getByRole('heading', { name: 'Setup', level: 1 }).waitFor()
    expect(await page.getByRole('link', { name: 'Telegram (sandbox)' }).count()).toBe(0)
  })

  it('with a wrong token is refused in words, and the form keeps what was typed', async () => {
    visitor.allow(/status of 400/)
    await offer('Telegram').click()
    await page.getByLabel('Name').fill('Our shop on Telegram')
    await page.getByLabel('Bot token').fill(WRONG_TOKEN)
    await submit()
    await eventually(refusal).toContain('Telegram does not know this token')
    expect(await refusal()).toContain('Secrets are not kept')
    expect(await page.getByLabel('Name').inputValue()).toBe('Our shop on Telegram')
    expect(await page.content()).not.toContain(WRONG_TOKEN)
  })

  it('with something that is no token is refused at its field', async () => {
    visitor.allow(/status of 422/)
    await page.getByLabel('Bot token').fill('hello')
    await submit()
    await page.locator('.field.wrong').filter({ hasText: 'Bot token' }).getByText('a bot token as 123456:ABC').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('Our shop on Telegram')
  })

  it('with the right one is connected', async () => {
    await page.getByLabel('Bot token').fill(await sandboxToken())
    await submit()
    await done('Connected as @demo_shop_bot')
    await page.getByText('Write a message to @demo_shop_bot').waitFor()
    await page.getByRole('button', { name: /^Check now/ }).click()
    await page.getByText('The bot is @demo_shop_bot.').waitFor()
    await page.getByText('Telegram calls our webhook.').waitFor()
  })

  it('ticks "a message arrived" and "the answer arrived" by itself', async () => {
    const sandbox = await visitor.open(`${product.base}/sandbox`)
    const { Telegram } = phonesOn(sandbox)
    await Telegram.write('Is this the right bot?')
    await done('A message arrived')
    const desk = await visitor.open(`${product.base}/inbox`)
    const inbox = new Inbox(desk)
    await inbox.open('Is this the right bot?')
    await inbox.answer('Telegram', 'It is.')
    await Telegram.hears('It is.')
    await done('The answer arrived')
    await page.getByText('Everything works.').waitFor()
  })

  it('did all this without a complaint', () => {
    expect(visitor.complaints()).toEqual([])
    expect(product.errors()).toEqual([])
  })
})

describe('a webhook to a private address, where nobody allowed those', () => {
  it('is refused in words, and the form keeps the address', async () => {
    const strict = await startProduct()
    onTestFinished(async () => {
      await strict.stop()
    })
    const guest = await newVisitor(browser)
    guest.allow(/status of 422/)
    const form = await guest.open(strict.adminLink)
    await form.getByRole('button', { name: 'Sign in' }).click()
    await form.getByRole('link', { name: 'Connect Webhook' }).click()
    await form.getByLabel('Address').fill(receiver.url)
    await form.getByRole('button', { name: 'Connect and check' }).click()
    await eventually(() => form.getByRole('alert').textContent()).toMatch(/private or reserved address.*HUB_ALLOW_PRIVATE_URLS=1/)
    expect(await form.getByLabel('Address').inputValue()).toBe(receiver.url)
    expect(guest.complaints()).toEqual([])
    await guest.close()
  })
})
