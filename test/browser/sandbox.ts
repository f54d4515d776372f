/** The page of phones as a person uses it: Ann's five phones, and the inbox in its frame. */
import type { FrameLocator, Locator, Page } from 'playwright-core'

/** As the phone's app is called on the page, and as the inbox calls the channel. */
export const APPS = { Telegram: 'Telegram', WhatsApp: 'WhatsApp', Messages: 'SMS', Viber: 'Viber', Mail: 'E-mail' } as const
export type App = keyof typeof APPS
export const apps = Object.keys(APPS).filter((name): name is App => name in APPS)

/** What is said of a message that the provider has taken. */
const GONE = /^(sent|delivered|read|accepted by the provider)$/

export type File = { name: string; mimeType: string; buffer: Buffer }

/** One of the phones in Ann's hand. */
export class Phone {
  readonly at: Locator
  constructor(
    page: Page,
    readonly app: App,
  ) {
    this.at = page.getByRole('region', { name: `Ann's ${app}` })
  }

  async write(text: string): Promise<void> {
    const box = this.at.getByRole('textbox', { name: `Write on ${this.app}` })
    await box.click()
    await box.pressSequentially(text)
    await box.press('Enter')
    await this.arrived(text)
  }

  async press(button: string): Promise<void> {
    await this.at.getByRole('button', { name: button }).click()
  }

  async send(file: File, text: string): Promise<void> {
    await this.at.getByLabel(`Attach on ${this.app}`).setInputFiles(file)
    await this.at.getByRole('textbox', { name: `Write on ${this.app}` }).fill(text)
    await this.press(`Send on ${this.app}`)
    await this.arrived(text)
  }

  /** The provider has told the hub, and the hub has said yes. */
  async arrived(text: string): Promise<void> {
    const bubble = this.at.locator('.bubble.person').filter({ hasText: text })
    await bubble.getByTitle(/^(delivered|read)$/).waitFor()
  }

  async hears(text: string): Promise<void> {
    await this.at.locator('.bubble.business').filter({ hasText: text }).waitFor()
  }

  /** Everything on its screen. */
  texts(): Promise<string[]> {
    return this.at.locator('.bubble .text').allTextContents()
  }

  pictures(from: 'person' | 'business'): Locator {
    return this.at.locator(`.bubble.${from} img`)
  }
}

export const phonesOn = (page: Page): Record<App, Phone> => ({
  Telegram: new Phone(page, 'Telegram'),
  WhatsApp: new Phone(page, 'WhatsApp'),
  Messages: new Phone(page, 'Messages'),
  Viber: new Phone(page, 'Viber'),
  Mail: new Phone(page, 'Mail'),
})

/** The inbox, by itself or in the sandbox's frame. */
export class Inbox {
  constructor(readonly at: Page | FrameLocator) {}

  get box(): Locator {
    return this.at.getByRole('textbox', { name: 'Your answer' })
  }

  rows(): Locator {
    return this.at.getByRole('region', { name: 'Customers' }).getByRole('listitem')
  }

  row(words: string | RegExp): Locator {
    return this.rows().filter({ hasText: words }).getByRole('link')
  }

  /** By a click on the row that shows these words, which the conversation then shows as well; its script runs when this resolves. */
  async open(words: string): Promise<void> {
    await this.row(words).click()
    await this.message(words).waitFor()
    await this.ready()
  }

  /** Its script runs. */
  async ready(): Promise<void> {
    const frame = await (await this.box.elementHandle())?.ownerFrame()
    await frame?.waitForLoadState()
  }

  /** What the reply box says before one sends. */
  willGo(words: string): Promise<void> {
    return this.at
      .locator('.destination')
      .filter({ hasText: `Will go out by ${words}` })
      .waitFor()
  }

  /** In the order of the stream. */
  said(): Promise<string[]> {
    return this.at.getByRole('log').locator('.message .bubble .text').allTextContents()
  }

  message(text: string): Locator {
    return this.at.getByRole('log').locator('.message').filter({ hasText: text })
  }

  line(text: string | RegExp): Locator {
    return this.at.getByRole('log').getByRole('listitem').filter({ hasText: text })
  }

  /** Typed and sent by keys once the box says where it will go; its sentence must say the same. */
  async answer(app: App, text: string, file?: File): Promise<void> {
    const why = `${APPS[app]}, because they wrote there`
    await this.willGo(why)
    if (file) await this.at.getByLabel('Attach a file').setInputFiles(file)
    await this.box.click()
    await this.box.pressSequentially(text)
    await this.box.press('Control+Enter')
    const sent = this.message(text)
    await sent.locator('.fate').filter({ hasText: why }).waitFor()
    await sent.locator('.tick').filter({ hasText: GONE }).waitFor()
  }

  /** By the side panel: with the customer whose name, channel or address the choice shows. */
  async merge(other: string): Promise<void> {
    const choice = this.at.getByRole('combobox', { name: 'Customer' })
    const fresh = choice.page().waitForResponse(/\/others/)
    await this.at.getByText('Merge with another customer').click()
    await fresh
    const option = choice.getByRole('option').filter({ hasText: other })
    await choice.selectOption((await option.textContent()) ?? '')
    await this.at.getByRole('button', { name: 'Merge', exact: true }).click()
    await this.line('both conversations are one').last().waitFor()
    await this.ready()
  }
}

export const inboxOn = (page: Page): Inbox => new Inbox(page.frameLocator('iframe.inbox'))

/** Loaded, and not only placed: a broken picture cannot be decoded. */
export async function isDrawn(image: Locator): Promise<void> {
  await image.scrollIntoViewIfNeeded()
  await image.evaluate((node) => (node instanceof HTMLImageElement ? node.decode() : Promise.reject(new Error('no picture'))))
}
