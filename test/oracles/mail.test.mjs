/** Our reading of mail held against Python's email package: sender, subject, names of files. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fixtures } from '@throughline/core/channels/email/fixtures/index.ts'
import { email } from '@throughline/core/channels/email/index.ts'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const own = here('../../packages/core/src/channels/email/fixtures')
const folders = [own, ...(process.env.HUB_FIXTURES ? [join(process.env.HUB_FIXTURES, 'email')] : [])]
const paths = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(eml|msg|txt)$/.test(name))
    .map((name) => join(folder, name)),
)

/** Where the two differ, and why that is right. */
const LAYOUT = 'pictures that the HTML shows are no files of the customer'
const INLINE = 'a text part that is to be shown in its place is shown there'
const DIFFER = {
  'mailparser-nodemailer.eml': LAYOUT,
  'phpmmp-m0008.eml': LAYOUT,
  'phpmmp-m0025.eml': LAYOUT,
  'phpmmp-m0014.eml': INLINE,
  'phpmmp-m0016.eml': INLINE,
  'mimekit-partial-message-partial.0.eml':
    'the first of three pieces: its one file is cut off, and kept with the text it stands in',
  'mimekit-messages-issue358.txt': 'Python ends the address where the line is folded',
  'webklex-imap_mime_header_decode_returns_false.eml': 'an encoded word of no charset: nobody reads it',
  'webklex-issue-462.eml': 'a local part in quotes, with a space: no address that we would write to',
  'webklex-issue-40.eml': 'Python gives up on a From that is broken, and with it on the subject',
}

const line = (text) => text.replace(/\s+/g, ' ').trim()
const last = (name) => line(name).split(/[/\\]/).at(-1)

async function read(path) {
  const request = await fixtures.sign(new Uint8Array(readFileSync(path)), fixtures.connection)
  const [event] = await email.parse(request, fixtures.connection)
  if (event?.type !== 'message') return { type: event?.type }
  const names = event.parts.flatMap((part) => (part.media?.name ? [part.media.name] : []))
  return { type: 'message', from: event.from.address, subject: event.subject ?? '', names }
}

test('sender, subject and names of files are the same', async () => {
  const python = spawnSync('python3', [here('mail.py')], { input: paths.join('\n'), encoding: 'utf8', maxBuffer: 1 << 26 })
  assert.equal(python.status, 0, python.stderr)
  const theirs = JSON.parse(python.stdout)
  const wrong = []
  const differ = new Set()
  let same = 0
  for (const [index, path] of paths.entries()) {
    const ours = await read(path)
    const said = theirs[index]
    if (ours.type === 'receipt') continue
    if (ours.type === 'unknown') {
      // A mail of which we say that nobody sent it.
      if (!said.from?.includes('@')) continue
      if (Object.hasOwn(DIFFER, basename(path))) differ.add(basename(path))
      else wrong.push([basename(path), 'from', said.from])
      continue
    }
    const missing = said.names?.map(last).filter((name) => !ours.names.map(line).includes(name)) ?? []
    const equal = ours.from === said.from && line(ours.subject) === line(said.subject ?? '') && missing.length === 0
    if (equal) same++
    else if (Object.hasOwn(DIFFER, basename(path))) differ.add(basename(path))
    else wrong.push([basename(path), ours, said])
  }
  console.log(`${paths.length} mails, ${same} the same, ${differ.size} differ for a reason`)
  assert.deepEqual(wrong, [])
  assert.ok(same > 0)
  // A reason that no longer is one goes.
  if (process.env.HUB_FIXTURES) assert.deepEqual([...differ].sort(), Object.keys(DIFFER).sort())
})
