/** npm run picture: walks the story and takes the README's pictures, by day and by night. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { newVisitor, openBrowser } from './browser.ts'
import { png } from './png.ts'
import { startProduct } from './product.ts'
import { inboxOn, phonesOn } from './sandbox.ts'

const DOCS = join(import.meta.dirname, '../../docs')
/** The narrowest page that shows five phones and the whole inbox; 1600 points wide, so that its words can be read in a README. */
const SIZE = { viewport: { width: 1280, height: 1060 }, deviceScaleFactor: 1600 / 1280 }

async function tellStory(page: Page): Promise<void> {
  const phones = phonesOn(page)
  const inbox = inboxOn(page)

  await phones.Telegram.write('Hi! Is the blue kettle in stock?')
  await inbox.answer('Telegram', 'Hello Ann! Yes, two are left.')
  await phones.Telegram.press('Share my phone number')
  await inbox.line('Phone proven').waitFor()
  await inbox.answer('Telegram', 'Thank you. One is put aside.')

  await phones.Messages.write('Running late, keep it for me?')
  await inbox.answer('Messages', 'It waits until six.')
  await phones.WhatsApp.write('Can you deliver instead?')
  await inbox.answer('WhatsApp', 'Tomorrow before noon, free.')

  await phones.Viber.write('Do you gift-wrap?')
  await inbox.open('Do you gift-wrap?')
  await inbox.merge('Ann Lee')
  await inbox.answer('Viber', 'With a ribbon, of course.')

  await phones.Mail.write('Could you send me the invoice?')
  await inbox.open('Could you send me the invoice?')
  await inbox.merge('Ann Lee')
  await inbox.answer('Mail', 'It is attached to the parcel.')

  await phones.WhatsApp.write('Perfect, see you tomorrow!')
  await inbox.answer('WhatsApp', 'See you, Ann!')
  await inbox.message('See you, Ann!').locator('.tick.read').waitFor()
}

/** Half as heavy, and the same to the eye: colours in steps of four, so that the softened edges of letters repeat. */
async function lighter(blank: Page, shot: Buffer): Promise<Buffer> {
  const { width, bytes } = await blank.evaluate(
    async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob())
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
      canvas?.drawImage(image, 0, 0)
      const data = canvas?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray()
      const text = Array.from(data, (value) => String.fromCharCode(value)).join('')
      return { width: image.width, bytes: btoa(text) }
    },
    `data:image/png;base64,${shot.toString('base64')}`,
  )
  const points = Buffer.from(bytes, 'base64')
  const step = (value = 0) => Math.min(255, Math.round(value / 4) * 4)
  return png(width, points.length / 4 / width, (x, y) => {
    const at = (y * width + x) * 4
    return [step(points[at]), step(points[at + 1]), step(points[at + 2])]
  })
}

async function take(page: Page, colorScheme: 'light' | 'dark', name: string): Promise<void> {
  await page.emulateMedia({ colorScheme })
  const picture = await lighter(await page.context().newPage(), await page.screenshot({ animations: 'disabled' }))
  await writeFile(join(DOCS, name), picture)
  process.stdout.write(`docs/${name}: ${Math.round(picture.length / 1000)} kB\n`)
}

const product = await startProduct()
const browser = await openBrowser()
try {
  const visitor = await newVisitor(browser, SIZE)
  const page = await visitor.open(`${product.base}/sandbox`)
  await tellStory(page)
  await mkdir(DOCS, { recursive: true })
  await take(page, 'light', 'picture.png')
  await take(page, 'dark', 'picture-dark.png')
} finally {
  await browser.close()
  await product.stop()
}
