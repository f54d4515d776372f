/** Our SMTP door held against swaks, the Swiss Army Knife for SMTP: what it sends is what stands in the stream. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { findLog } from '@throughline/core/identity/record.ts'
import { entriesAfter } from '@throughline/core/stream/log.ts'
import { testHub, WORKSPACE } from '../../packages/core/test/hub.ts'
import { openSmtpDoor } from '../../packages/local/src/smtp-door.ts'

const skip = spawnSync('swaks', ['--version']).error ? 'swaks is not installed' : false
const ANN = 'ann@customer.example'

let hub
let door
before(async () => {
  hub = await testHub()
  await hub.connect('email', { settings: { address: 'support@hub.example' } })
  door = await openSmtpDoor(hub.hub, 0)
})
after(async () => {
  await door.close()
  await hub.stop()
})

/** Not in one process with the door's event loop held: swaks waits for its answers. */
function swaks(...given) {
  const args = ['--server', '127.0.0.1', '--port', String(door.port), '--from', ANN, '--helo', 'mx.customer.example', ...given]
  return new Promise((resolve) => {
    const run = spawn('swaks', args)
    let said = ''
    run.stdout.on('data', (bytes) => {
      said += bytes
    })
    run.on('close', (code) => resolve({ code, said }))
  })
}

async function last() {
  await hub.drain()
  const log = await findLog(hub.hub.store, WORKSPACE, `email:*:${ANN}`)
  let found
  for await (const entry of entriesAfter(hub.hub.store, { workspace: WORKSPACE, log: log ?? '' }, 0)) found = entry
  return found
}

test('a mail with a subject, dots at the beginning of lines, and a file', { skip }, async () => {
  const body = 'Where is it?\n.\n..two dots\n.end'
  const sent = await swaks(
    '--to',
    'support@hub.example',
    '--header',
    'Subject: Order 5',
    '--body',
    body,
    '--attach-type',
    'text/csv',
    '--attach-name',
    'list.csv',
    '--attach',
    'a;b',
  )
  assert.equal(sent.code, 0, sent.said)
  const entry = await last()
  const [text, file] = entry.parts
  assert.deepEqual([entry.data.subject, text.text, file.media.name], ['Order 5', body, 'list.csv'])
  assert.equal(new TextDecoder().decode((await hub.hub.blobs.get(file.media.blob)).bytes).trim(), 'a;b')
  assert.equal(entry.data.unverified, true)
})

test('Cyrillic as raw bytes, to a subaddress', { skip }, async () => {
  const sent = await swaks('--to', 'support+c_x@hub.example', '--header', 'Subject: Заказ', '--body', 'Где он?')
  assert.equal(sent.code, 0, sent.said)
  const entry = await last()
  assert.deepEqual([entry.data.subject, entry.parts[0].text], ['Заказ', 'Где он?'])
})

test('no relay: another domain is refused before the mail, and so is a mailbox that is none', { skip }, async () => {
  for (const to of ['bob@elsewhere.example', 'nobody@hub.example']) {
    const sent = await swaks('--to', to, '--body', 'x')
    assert.notEqual(sent.code, 0)
    assert.match(sent.said, /<\*\* 550/)
    assert.doesNotMatch(sent.said, /-> DATA/)
  }
})

test('a mail from nobody (a bounce) is taken, and answered by nobody', { skip }, async () => {
  const sent = await swaks('--from', '<>', '--to', 'support@hub.example', '--header', `From: ${ANN}`, '--body', 'x')
  assert.equal(sent.code, 0, sent.said)
  assert.equal((await last()).data.automatic, true)
})
